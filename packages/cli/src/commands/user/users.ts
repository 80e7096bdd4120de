// `samsa user list`, `set` and `delete`.

import type { ScramMechanism } from '@samsa/client'
import { UsageError } from '../../command-line.ts'
import { type AdminContext, type AdminFlags, succeeded } from '../../connection/admin-command.ts'
import { linesOf } from '../produce/lines.ts'
import { show } from '../../terminal/show.ts'
import { tableText } from '../../terminal/table.ts'

interface UserFlags extends AdminFlags {
  readonly mechanism: ScramMechanism
}

interface SetFlags extends UserFlags {
  readonly iterations: number
}

/** Lists users. */
export async function list({ admin, output }: AdminContext, flags: AdminFlags): Promise<void> {
  const users = succeeded(await admin.users.describeScram()).map(([, one]) => one)
  await show(output, flags.json, users, () =>
    tableText(
      ['user', 'mechanism', 'iterations'],
      users.flatMap(({ user, credentials }) =>
        credentials.map(({ mechanism, iterations }) => [user, mechanism, iterations]),
      ),
    ),
  )
}

/** Sets a password. */
export async function set(
  { admin, output, input }: AdminContext,
  flags: SetFlags,
  user: string,
): Promise<void> {
  let password: string | undefined
  for await (const [line] of linesOf(input)) {
    password = line?.toString()
    break
  }
  if (password === undefined || password === '') {
    throw new UsageError('no password came on standard input')
  }
  const { mechanism, iterations } = flags
  await admin.users.alterScram([{ user, mechanism, password, iterations }])
  await show(output, flags.json, { user, mechanism, iterations }, () => {
    return `${user} has a password for ${mechanism}\n`
  })
}

/** Deletes a password. */
export async function remove(
  { admin, output }: AdminContext,
  { mechanism, json }: UserFlags,
  user: string,
): Promise<void> {
  await admin.users.alterScram([{ user, mechanism }])
  await show(output, json, { user, mechanism }, () => `deleted ${user} (${mechanism})\n`)
}
