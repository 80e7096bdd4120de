// `samsa group reset`, `delete` and `forget`. A reset shows what it would do; only --execute does it.

import type { Admin, CommittedOffset } from '@samsa/client'
import { KafkaError } from '@samsa/protocol'
import { type ExitCode, UsageError } from '../../command-line.ts'
import {
  type AdminContext,
  type AdminFlags,
  reportFailures,
  succeeded,
} from '../../connection/admin-command.ts'
import { type From, placeOf } from '../../options/position.ts'
import { show } from '../../terminal/show.ts'
import { tableText } from '../../terminal/table.ts'

interface Place {
  readonly topic: string
  readonly partition: number
}

interface ResetFlags extends AdminFlags {
  readonly to: string
  readonly shift?: boolean
  readonly topic: readonly string[]
  readonly execute?: boolean
}

/** Moves a group, or shows where it would go. */
export async function reset(
  context: AdminContext,
  flags: ResetFlags,
  groupId: string,
): Promise<ExitCode> {
  const { admin, output } = context
  const committed = (await admin.groups.offsets([groupId])).get(groupId) ?? []
  const places = await placesOf(admin, flags.topic, committed)
  if (places.length === 0) {
    throw new KafkaError(
      'GROUP_ID_NOT_FOUND',
      `group ${groupId} has committed nothing: say with --topic what it shall read`,
    )
  }
  const targets = await targetsOf(admin, flags, places, committed)
  const moves = places.map((place, i) => {
    const before = committed.find((one) => isSame(one, place))?.offset
    return { ...place, before, after: targets[i] ?? 0 }
  })
  if (flags.execute === true) {
    const offsets = moves.map(({ topic, partition, after }) => ({
      topic,
      partition,
      offset: after,
    }))
    const outcomes = await admin.groups.alterOffsets(groupId, offsets).each()
    const exitCode = reportFailures(context, outcomes)
    if (exitCode !== 0) return exitCode
  }
  const result = { groupId, isExecuted: flags.execute === true, moves }
  await show(output, flags.json, result, () => {
    const table = tableText(
      ['topic', 'partition', 'before', 'after', 'change'],
      moves.map(({ topic, partition, before, after }) => {
        return [topic, partition, before ?? '-', after, changeText(before, after)]
      }),
    )
    const advice = `\nNothing was changed; --execute does it.\n`
    return flags.execute === true ? table : `${table}${output.style('dim', advice)}`
  })
  return 0
}

function changeText(before: number | undefined, after: number): string {
  if (before === undefined) return 'new'
  return after >= before ? `+${after - before}` : String(after - before)
}

function isSame(a: Place, b: Place): boolean {
  return a.topic === b.topic && a.partition === b.partition
}

/** What `--topic` names, or everything that the group has committed. */
async function placesOf(
  admin: Admin,
  said: readonly string[],
  committed: readonly CommittedOffset[],
): Promise<Place[]> {
  if (said.length === 0) return committed.map(({ topic, partition }) => ({ topic, partition }))
  const lists = await Promise.all(
    said.map(async (text) => {
      const [, topic = text, partitions] = /^(.*?)(?::([\d,]+))?$/.exec(text) ?? []
      if (partitions !== undefined) {
        return partitions.split(',').map((partition) => ({ topic, partition: Number(partition) }))
      }
      const found = (await admin.topics.describe([topic])).get(topic)
      return (found?.partitions ?? []).map(({ partition }) => ({ topic, partition }))
    }),
  )
  return lists.flat()
}

/** The new offset of each place, never outside of what its log holds. */
async function targetsOf(
  admin: Admin,
  { to, shift }: ResetFlags,
  places: readonly Place[],
  committed: readonly CommittedOffset[],
): Promise<number[]> {
  const starts = await boundsOf(admin, places, 'earliest')
  const ends = await boundsOf(admin, places, 'latest')
  const current = places.map((place) => committed.find((one) => isSame(one, place))?.offset)
  const within = (offset: number, i: number): number =>
    Math.min(Math.max(offset, starts[i] ?? 0), ends[i] ?? 0)
  if (to === 'current') return places.map((_, i) => within(current[i] ?? ends[i] ?? 0, i))
  if (shift === true) {
    const distance = Number(to)
    if (!Number.isInteger(distance)) throw new UsageError(`--shift by ${to}: expected +N or -N`)
    return places.map((_, i) => within((current[i] ?? starts[i] ?? 0) + distance, i))
  }
  const from = placeOf(to, Date.now())
  const found = await lookUp(admin, places, from)
  return places.map((_, i) => {
    if (typeof from === 'object' && 'beforeEnd' in from) {
      return within((ends[i] ?? 0) - from.beforeEnd, i)
    }
    const offset = found[i] ?? 0
    // No record is that late: the end.
    return within(offset === -1 ? (ends[i] ?? 0) : offset, i)
  })
}

function lookUp(admin: Admin, places: readonly Place[], from: From): Promise<number[]> | number[] {
  if (typeof from === 'number') return places.map(() => from)
  if (typeof from === 'object' && 'beforeEnd' in from) return []
  return boundsOf(admin, places, from)
}

async function boundsOf(
  admin: Admin,
  places: readonly Place[],
  at: 'earliest' | 'latest' | { readonly timestamp: number },
): Promise<number[]> {
  const found = await admin.records.offsets(places.map((place) => ({ ...place, at })))
  return places.map(({ topic, partition }) => found.get(`${topic}-${partition}`)?.offset ?? 0)
}

/** Deletes groups. */
export async function remove(
  context: AdminContext,
  flags: AdminFlags,
  groupIds: readonly string[],
): Promise<ExitCode> {
  const outcomes = await context.admin.groups.delete(groupIds).each()
  const deleted = succeeded(outcomes).map(([groupId]) => groupId)
  await show(context.output, flags.json, deleted, () =>
    deleted.map((groupId) => `deleted ${groupId}\n`).join(''),
  )
  return reportFailures(context, outcomes)
}

interface ForgetFlags extends AdminFlags {
  readonly topic: readonly string[]
}

/** Deletes committed offsets. */
export async function forget(
  context: AdminContext,
  flags: ForgetFlags,
  groupId: string,
): Promise<ExitCode> {
  const { admin, output } = context
  const places = await placesOf(admin, flags.topic, [])
  const outcomes = await admin.groups.deleteOffsets(groupId, places).each()
  const forgotten = succeeded(outcomes).map(([partition]) => partition)
  await show(output, flags.json, forgotten, () =>
    forgotten.map((partition) => `forgot ${partition}\n`).join(''),
  )
  return reportFailures(context, outcomes)
}
