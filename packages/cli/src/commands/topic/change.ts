// `samsa topic create`, `alter` and `delete`. Several topics at once: each succeeds or fails by itself.

import { KafkaError } from '@samsa/protocol'
import { type ExitCode, UsageError } from '../../command-line.ts'
import {
  type AdminContext,
  type AdminFlags,
  reportFailures,
  succeeded,
} from '../../connection/admin-command.ts'
import { counted, show } from '../../terminal/show.ts'

interface CreateFlags extends AdminFlags {
  readonly partitions?: number
  readonly replicationFactor?: number
  readonly config: readonly (readonly [string, string])[]
  readonly ifNotExists?: boolean
  readonly dryRun?: boolean
}

/** Creates the topics. */
export async function create(
  context: AdminContext,
  flags: CreateFlags,
  names: readonly string[],
): Promise<ExitCode> {
  const { partitions, replicationFactor, dryRun } = flags
  const specs = names.map((name) => ({
    name,
    ...(partitions === undefined ? {} : { partitions }),
    ...(replicationFactor === undefined ? {} : { replicationFactor }),
    configs: Object.fromEntries(flags.config),
  }))
  const options = dryRun === true ? { validateOnly: true } : {}
  const outcomes = new Map(await context.admin.topics.create(specs, options).each())
  if (flags.ifNotExists === true) {
    for (const [name, outcome] of outcomes) {
      const isThere = outcome instanceof KafkaError && outcome.name === 'TOPIC_ALREADY_EXISTS'
      if (isThere) outcomes.delete(name)
    }
  }
  const created = succeeded(outcomes).map(([, topic]) => topic)
  await show(context.output, flags.json, created, () =>
    created
      .map(({ name, partitions, replicationFactor }) => {
        const size = partitions === undefined ? '' : ` with ${counted(partitions, 'partition')}`
        const copies =
          replicationFactor === undefined ? '' : `, ${counted(replicationFactor, 'replica')} each`
        return `${dryRun === true ? 'would create' : 'created'} ${name}${size}${copies}\n`
      })
      .join(''),
  )
  return reportFailures(context, outcomes)
}

interface AlterFlags extends AdminFlags {
  readonly partitions?: number
  readonly set: readonly (readonly [string, string])[]
  readonly delete: readonly string[]
  readonly dryRun?: boolean
}

/** Adds partitions and changes configs. */
export async function alter(
  context: AdminContext,
  flags: AlterFlags,
  names: readonly string[],
): Promise<ExitCode> {
  const { partitions: total, dryRun } = flags
  const hasConfigs = flags.set.length > 0 || flags.delete.length > 0
  if (total === undefined && !hasConfigs) {
    throw new UsageError('say what to change: --partitions, --set or --delete')
  }
  const options = dryRun === true ? { validateOnly: true } : {}
  const outcomes = new Map<string, unknown>()
  if (hasConfigs) {
    const changes = names.map((name) => ({
      type: 'TOPIC' as const,
      name,
      set: Object.fromEntries(flags.set),
      delete: flags.delete,
    }))
    for (const [key, outcome] of await context.admin.configs.alter(changes, options).each()) {
      outcomes.set(key.replace('TOPIC:', ''), outcome)
    }
  }
  if (total !== undefined) {
    const changes = names
      .filter((name) => !(outcomes.get(name) instanceof KafkaError))
      .map((topic) => ({ topic, total }))
    const added = await context.admin.topics.addPartitions(changes, options).each()
    for (const [name, outcome] of added) outcomes.set(name, outcome)
  }
  const altered = names.filter((name) => !(outcomes.get(name) instanceof KafkaError))
  await show(context.output, flags.json, altered, () =>
    altered.map((name) => `${dryRun === true ? 'would alter' : 'altered'} ${name}\n`).join(''),
  )
  return reportFailures(context, outcomes)
}

/** Deletes the topics. */
export async function remove(
  context: AdminContext,
  flags: AdminFlags,
  names: readonly string[],
): Promise<ExitCode> {
  const outcomes = await context.admin.topics.delete(names).each()
  const deleted = succeeded(outcomes).map(([name]) => name)
  await show(context.output, flags.json, deleted, () =>
    deleted.map((name) => `deleted ${name}\n`).join(''),
  )
  return reportFailures(context, outcomes)
}
