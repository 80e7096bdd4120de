// `samsa cluster reassign`, `drain`, `moves` and `elect`. Plans are shown; only --execute carries them out.

import type { OngoingReassignment } from '@samsa/client'
import { KafkaError } from '@samsa/protocol'
import { type ExitCode, UsageError } from '../../command-line.ts'
import {
  type AdminContext,
  type AdminFlags,
  reportFailures,
  succeeded,
} from '../../connection/admin-command.ts'
import { counted, show } from '../../terminal/show.ts'
import { tableText } from '../../terminal/table.ts'
import { evacuate, type Move, type PlacedPartition, spread } from './plan.ts'

interface PlanFlags extends AdminFlags {
  readonly execute?: boolean
}

interface ReassignFlags extends PlanFlags {
  readonly topic: readonly string[]
  readonly to: readonly number[]
}

/** Moves topics to brokers. */
export async function reassign(context: AdminContext, flags: ReassignFlags): Promise<ExitCode> {
  const partitions = await placed(context, flags.topic)
  try {
    return await carryOut(context, flags, spread(partitions, flags.to))
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message)
    throw error
  }
}

/** Moves everything away from a broker. */
export async function drain(
  context: AdminContext,
  flags: PlanFlags,
  broker: number,
): Promise<ExitCode> {
  const { admin } = context
  const names = (await admin.topics.list({ includeInternal: true })).map(({ name }) => name)
  const { brokers } = await admin.cluster.describe()
  const partitions = await placed(context, names)
  const moves = evacuate(
    partitions,
    broker,
    brokers.map(({ brokerId }) => brokerId),
  )
  const affected = partitions.filter(({ replicas }) => replicas.includes(broker)).length
  if (moves.length < affected) {
    const left = counted(affected - moves.length, 'partition')
    const message = `${left} of broker ${broker} cannot move: every other broker has a replica`
    throw new KafkaError('INVALID_REPLICA_ASSIGNMENT', message)
  }
  return await carryOut(context, flags, moves)
}

async function placed(
  { admin }: AdminContext,
  names: readonly string[],
): Promise<PlacedPartition[]> {
  const topics = await admin.topics.describe(names)
  return [...topics].flatMap(([topic, { partitions }]) =>
    partitions.map(({ partition, replicas }) => ({ topic, partition, replicas })),
  )
}

async function carryOut(
  context: AdminContext,
  flags: PlanFlags,
  plan: readonly Move[],
): Promise<ExitCode> {
  const { admin, output } = context
  const moves = plan.filter(({ replicas, target }) => replicas.join() !== target.join())
  let exitCode: ExitCode = 0
  if (flags.execute === true && moves.length > 0) {
    const wanted = moves.map(({ topic, partition, target }) => {
      return { topic, partition, replicas: target }
    })
    exitCode = reportFailures(context, await admin.replicas.reassign(wanted).each())
  }
  await show(output, flags.json, { isExecuted: flags.execute === true, moves }, () => {
    if (moves.length === 0) return 'everything is where it shall be\n'
    const table = tableText(
      ['topic', 'partition', 'from', 'to'],
      moves.map(({ topic, partition, replicas, target }) => {
        return [topic, partition, replicas.join(','), target.join(',')]
      }),
    )
    const advice = '\nNothing was moved; --execute does it.\n'
    return flags.execute === true ? table : `${table}${output.style('dim', advice)}`
  })
  return exitCode
}

interface MovesFlags extends AdminFlags {
  readonly cancel?: boolean
}

/** Shows moves under way, or ends them. */
export async function moves(context: AdminContext, flags: MovesFlags): Promise<ExitCode> {
  const { admin, output } = context
  const ongoing = await admin.replicas.reassignments()
  if (flags.cancel === true && ongoing.length > 0) {
    const cancelled = ongoing.map(({ topic, partition }) => ({ topic, partition, replicas: null }))
    const exitCode = reportFailures(context, await admin.replicas.reassign(cancelled).each())
    if (exitCode !== 0) return exitCode
  }
  const progress = await copiedOf(context, ongoing)
  const described = ongoing.map((move, i) => ({ ...move, copied: progress[i] }))
  await show(output, flags.json, described, () => {
    if (ongoing.length === 0) return 'nothing is being moved\n'
    const what = flags.cancel === true ? `cancelled:\n` : ''
    const table = tableText(
      ['topic', 'partition', 'replicas', 'adding', 'removing', 'copied'],
      described.map(({ topic, partition, replicas, addingReplicas, removingReplicas, copied }) => {
        const lists = [replicas, addingReplicas, removingReplicas].map((ids) => ids.join(','))
        const part = copied === undefined ? '-' : `${Math.floor(copied * 100)} %`
        return [topic, partition, ...lists, part]
      }),
    )
    return `${what}${table}`
  })
  return 0
}

/**
 * How much of each moved partition its new replicas have, from 0 to 1: the smallest of them beside the largest replica
 * that stays. Undefined where no replica is added, or nobody tells sizes.
 */
async function copiedOf(
  { admin }: AdminContext,
  ongoing: readonly OngoingReassignment[],
): Promise<(number | undefined)[]> {
  const ids = [...new Set(ongoing.flatMap(({ replicas }) => replicas))]
  const sizes = new Map<string, number>()
  for (const [id, directories] of succeeded(await admin.replicas.logDirectories(ids).each())) {
    for (const { topic, partition, sizeBytes, isFuture } of directories.flatMap(
      (one) => one.replicas,
    )) {
      if (!isFuture) sizes.set(`${id} ${topic} ${partition}`, sizeBytes)
    }
  }
  return ongoing.map(({ topic, partition, replicas, addingReplicas }) => {
    const sizeOn = (id: number): number => sizes.get(`${id} ${topic} ${partition}`) ?? 0
    const staying = replicas.filter((id) => !addingReplicas.includes(id))
    const whole = Math.max(0, ...staying.map(sizeOn))
    if (addingReplicas.length === 0 || whole === 0) return undefined
    return Math.min(1, ...addingReplicas.map((id) => sizeOn(id) / whole))
  })
}

interface ElectFlags extends AdminFlags {
  readonly unclean?: boolean
}

/** Elects leaders. */
export async function elect(context: AdminContext, flags: ElectFlags): Promise<ExitCode> {
  const { admin, output } = context
  const type = flags.unclean === true ? 'unclean' : 'preferred'
  const outcomes = await admin.replicas.electLeaders(type)
  const elected = succeeded(outcomes).map(([partition]) => partition)
  await show(output, flags.json, elected, () => {
    if (elected.length === 0) return 'no election was needed\n'
    return elected.map((partition) => `elected a leader of ${partition}\n`).join('')
  })
  return reportFailures(context, outcomes)
}
