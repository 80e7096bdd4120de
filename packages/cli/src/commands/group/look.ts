// `samsa group list` and `describe`.

import type { Admin, CommittedOffset, GroupDescription } from '@samsa/client'
import type { ExitCode } from '../../command-line.ts'
import {
  type AdminContext,
  type AdminFlags,
  reportFailures,
  succeeded,
} from '../../connection/admin-command.ts'
import type { Output } from '../../terminal/output.ts'
import { counted, show } from '../../terminal/show.ts'
import { tableText } from '../../terminal/table.ts'

interface ListFlags extends AdminFlags {
  readonly state: readonly string[]
}

/** Lists groups. */
export async function list({ admin, output }: AdminContext, flags: ListFlags): Promise<void> {
  const groups = await admin.groups.list(flags.state.length === 0 ? {} : { states: flags.state })
  await show(output, flags.json, groups, () =>
    tableText(
      ['group', 'state', 'type', 'protocol', 'coordinator'],
      groups.map(({ groupId, state, type, protocolType, coordinatorId }) => {
        return [groupId, state ?? '-', type ?? '-', protocolType || '-', coordinatorId]
      }),
    ),
  )
}

/** Where a group stands in one partition. */
interface Progress {
  readonly topic: string
  readonly partition: number
  readonly committed: number | undefined
  readonly end: number | undefined
  readonly lag: number | undefined
  /** Member id of who reads it now. */
  readonly member: string | undefined
}

/** Describes groups. */
export async function describe(
  context: AdminContext,
  flags: AdminFlags,
  groupIds: readonly string[],
): Promise<ExitCode> {
  const { admin, output } = context
  const described = await admin.groups.describe(groupIds).each()
  const groups: (GroupDescription & { readonly progress: readonly Progress[] })[] = []
  for (const [groupId, group] of succeeded(described)) {
    const committed = (await admin.groups.offsets([groupId])).get(groupId) ?? []
    groups.push({ ...group, progress: await progressOf(admin, group, committed) })
  }
  await show(output, flags.json, groups, () =>
    groups.map((group) => groupText(output, group, group.progress)).join('\n'),
  )
  return reportFailures(context, described)
}

async function progressOf(
  admin: Admin,
  group: GroupDescription,
  committed: readonly CommittedOffset[],
): Promise<Progress[]> {
  const places = new Map<string, { topic: string; partition: number }>()
  const readers = new Map<string, string>()
  for (const { memberId, assignment } of group.members) {
    for (const one of assignment) {
      places.set(`${one.topic}-${one.partition}`, one)
      readers.set(`${one.topic}-${one.partition}`, memberId)
    }
  }
  const offsets = new Map(committed.map((one) => [`${one.topic}-${one.partition}`, one.offset]))
  for (const one of committed) places.set(`${one.topic}-${one.partition}`, one)
  const questions = [...places.values()].map(({ topic, partition }) => {
    return { topic, partition, at: 'latest' as const }
  })
  const ends = await admin.records.offsets(questions).each()
  return questions
    .map(({ topic, partition }) => {
      const key = `${topic}-${partition}` as const
      const found = ends.get(key)
      const end = found !== undefined && 'offset' in found ? found.offset : undefined
      const offset = offsets.get(key)
      const lag = end === undefined || offset === undefined ? undefined : Math.max(0, end - offset)
      return { topic, partition, committed: offset, end, lag, member: readers.get(key) }
    })
    .toSorted((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition)
}

const settled = new Set(['Stable', 'Empty'])

function groupText(output: Output, group: GroupDescription, progress: readonly Progress[]): string {
  const { groupId, state, type, assignor, coordinatorId, members } = group
  const lag = progress.reduce((sum, one) => sum + (one.lag ?? 0), 0)
  const shownState = settled.has(state)
    ? output.style('green', state)
    : output.style('yellow', state)
  const facts = [
    shownState,
    type,
    ...(assignor === '' ? [] : [assignor]),
    counted(members.length, 'member'),
    `lag ${lag.toLocaleString('en-US')}`,
    `coordinator ${coordinatorId}`,
  ]
  const names = new Map(members.map((one) => [one.memberId, one.groupInstanceId ?? one.clientId]))
  const partitions = tableText(
    ['topic', 'partition', 'committed', 'end', 'lag', 'read by'],
    progress.map((one) => [
      one.topic,
      one.partition,
      one.committed ?? '-',
      one.end ?? '-',
      one.lag ?? '-',
      one.member === undefined ? '-' : (names.get(one.member) ?? one.member),
    ]),
  )
  const people = tableText(
    ['member', 'client', 'host', 'partitions'],
    members.map((one) => [
      one.groupInstanceId ?? one.memberId,
      one.clientId,
      one.clientHost,
      one.assignment.length,
    ]),
  )
  const parts = [
    `${output.style('bold', groupId)}  ${facts.join(', ')}\n`,
    ...(progress.length === 0 ? [] : [partitions]),
    ...(members.length === 0 ? [] : [people]),
  ]
  return parts.join('\n')
}
