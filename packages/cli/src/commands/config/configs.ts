// `samsa config describe`, `set` and `unset`.

import type { ConfigResourceType } from '@samsa/client'
import type { AdminContext, AdminFlags } from '../../connection/admin-command.ts'
import { pairOf } from '../../options/values.ts'
import { show } from '../../terminal/show.ts'
import { tableText } from '../../terminal/table.ts'
import type { resourceKinds } from './command.ts'

type Kind = (typeof resourceKinds)[number]

/** The name of a kind on the wire. */
function typeOf(kind: Kind): ConfigResourceType {
  return kind.toUpperCase().replace('-', '_') as ConfigResourceType
}

interface DescribeFlags extends AdminFlags {
  readonly all?: boolean
}

/** Shows configs. */
export async function describe(
  { admin, output }: AdminContext,
  flags: DescribeFlags,
  kind: Kind,
  name: string,
): Promise<void> {
  const type = typeOf(kind)
  const described = await admin.configs.describe([{ type, name }])
  const entries = [...described.values()].flatMap((one) => one.entries)
  const shown = entries
    .filter(({ source }) => flags.all === true || !source.startsWith('DEFAULT_CONFIG'))
    .toSorted((a, b) => a.name.localeCompare(b.name))
  await show(output, flags.json, shown, () =>
    tableText(
      ['config', 'value', 'from', ''],
      shown.map((entry) => [
        entry.name,
        entry.isSensitive ? '(hidden)' : (entry.value ?? ''),
        entry.source.toLowerCase().replaceAll('_', ' ').replace(' config', ''),
        entry.isReadOnly ? output.style('dim', 'read-only') : '',
      ]),
    ),
  )
}

interface ChangeFlags extends AdminFlags {
  readonly dryRun?: boolean
}

/** Sets configs. */
export async function set(
  context: AdminContext,
  flags: ChangeFlags,
  kind: Kind,
  name: string,
  pairs: readonly string[],
): Promise<void> {
  const values = Object.fromEntries(pairs.map(pairOf))
  await change(context, flags, { kind, name, values })
}

/** Gives configs their defaults back. */
export async function unset(
  context: AdminContext,
  flags: ChangeFlags,
  kind: Kind,
  name: string,
  keys: readonly string[],
): Promise<void> {
  await change(context, flags, { kind, name, keys })
}

interface Change {
  readonly kind: Kind
  readonly name: string
  readonly values?: Readonly<Record<string, string>>
  readonly keys?: readonly string[]
}

async function change(
  { admin, output }: AdminContext,
  flags: ChangeFlags,
  { kind, name, values = {}, keys = [] }: Change,
): Promise<void> {
  const isDry = flags.dryRun === true
  const one = { type: typeOf(kind), name, set: values, delete: keys }
  await admin.configs.alter([one], isDry ? { validateOnly: true } : {})
  const whose = name === '' ? `all ${kind}s` : `${kind} ${name}`
  const lines = [
    ...Object.entries(values).map(([key, value]) => `${key}=${value}`),
    ...keys.map((key) => `${key} has its default`),
  ]
  await show(output, flags.json, { kind, name, set: values, unset: keys, isDryRun: isDry }, () =>
    lines.map((line) => `${isDry ? 'would change ' : ''}${whose}: ${line}\n`).join(''),
  )
}
