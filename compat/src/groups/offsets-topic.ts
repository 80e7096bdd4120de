// What the coordinator wrote into __consumer_offsets, in the order of each partition: the truth of a group's history, in
// Apache Kafka's format, whichever broker wrote it.

import {
  BatchWalk,
  ConsumerGroupCurrentMemberAssignmentKey,
  ConsumerGroupCurrentMemberAssignmentValue,
  ConsumerGroupMetadataKey,
  ConsumerGroupMetadataValue,
  ConsumerProtocolAssignment,
  Fetch,
  GroupMetadataKey,
  GroupMetadataValue,
  OffsetCommitKey,
  OffsetCommitValue,
  type StoredRecord,
  readRecords,
} from '@samsa/protocol'
import { ask } from '../segments/partition-view.ts'
import { WireClient } from '../wire/wire-client.ts'

/** A thing that the coordinator wrote down. */
export type GroupEvent = Written & {
  /** Base offset of the batch: what was written together has the same. */
  readonly batch: number
}

type Written = {
  readonly group: string
  readonly timestamp: number
} & (
  | { readonly kind: 'commit'; readonly partition: number; readonly offset: number }
  | {
      readonly kind: 'generation'
      readonly generation: number
      /** Partitions by member id; partitions are those of the one topic. */
      readonly members: ReadonlyMap<string, readonly number[]>
    }
  | { readonly kind: 'epoch'; readonly epoch: number }
  | {
      readonly kind: 'member'
      readonly member: string
      /** What it holds, with what it is still giving up; undefined when it is gone. */
      readonly held: readonly number[] | undefined
    }
)

/** Records of one batch. */
interface Batch {
  readonly baseOffset: number
  readonly records: readonly StoredRecord[]
}

async function readPartition(client: WireClient, partition: number): Promise<Batch[]> {
  const batches: Batch[] = []
  let fetchOffset = 0
  for (;;) {
    const answer = await ask(client, Fetch, 12, {
      replicaId: -1,
      maxWaitMs: 0,
      minBytes: 0,
      maxBytes: 10_000_000,
      topics: [
        {
          topic: '__consumer_offsets',
          partitions: [{ partition, fetchOffset, partitionMaxBytes: 10_000_000 }],
        },
      ],
    })
    const found = answer.responses[0]?.partitions[0]
    if (found === undefined || found.errorCode !== 0) {
      throw new Error(`__consumer_offsets ${partition}: error ${found?.errorCode}`)
    }
    if (fetchOffset >= found.highWatermark) return batches
    const walk = new BatchWalk(Buffer.from(found.records ?? []))
    const before = fetchOffset
    while (walk.next()) {
      const { baseOffset, lastOffset } = walk.batch
      if (baseOffset >= fetchOffset) {
        batches.push({ baseOffset, records: [...readRecords(walk.batch).records] })
      }
      fetchOffset = Math.max(fetchOffset, lastOffset + 1)
    }
    if (fetchOffset === before) throw new Error(`__consumer_offsets ${partition} stops`)
  }
}

function eventOf(record: StoredRecord): Written | undefined {
  const { key, value, timestamp } = record
  if (key === null) return undefined
  const version = value?.readInt16BE(0) ?? -1
  switch (key.readInt16BE(0)) {
    case 1: {
      const { group, partition } = OffsetCommitKey.decode(0, key, 2)
      if (value === null) return undefined
      const { offset } = OffsetCommitValue.decode(version, value, 2)
      return { kind: 'commit', group, timestamp, partition, offset } as const
    }
    case 2: {
      const { group } = GroupMetadataKey.decode(0, key, 2)
      if (value === null) return undefined
      const { generation, members } = GroupMetadataValue.decode(version, value, 2)
      const assigned = members.map(
        ({ memberId, assignment }) => [memberId, assignedPartitions(assignment)] as const,
      )
      const byMember = new Map(assigned)
      return { kind: 'generation', group, timestamp, generation, members: byMember } as const
    }
    case 3: {
      const { groupId } = ConsumerGroupMetadataKey.decode(0, key, 2)
      if (value === null) return undefined
      const { epoch } = ConsumerGroupMetadataValue.decode(version, value, 2)
      return { kind: 'epoch', group: groupId, timestamp, epoch } as const
    }
    case 8: {
      const { groupId, memberId } = ConsumerGroupCurrentMemberAssignmentKey.decode(0, key, 2)
      const fields =
        value === null
          ? undefined
          : ConsumerGroupCurrentMemberAssignmentValue.decode(version, value, 2)
      const held = fields && [...fields.assignedPartitions, ...fields.partitionsPendingRevocation]
      const partitions = held?.flatMap((each) => each.partitions)
      return {
        kind: 'member',
        group: groupId,
        timestamp,
        member: memberId,
        held: partitions,
      } as const
    }
    default:
      return undefined
  }
}

function assignedPartitions(assignment: Buffer): readonly number[] {
  if (assignment.length < 2) return []
  const version = Math.min(3, assignment.readInt16BE(0))
  const { assignedPartitions: topics } = ConsumerProtocolAssignment.decode(version, assignment, 2)
  return topics.flatMap(({ partitions }) => partitions)
}

/** The history of all groups by name. */
export async function readHistory(
  port: number,
  partitions: number,
): Promise<Map<string, GroupEvent[]>> {
  const history = new Map<string, GroupEvent[]>()
  using client = await WireClient.connect(port)
  for (let partition = 0; partition < partitions; partition++) {
    for (const { baseOffset, records } of await readPartition(client, partition)) {
      for (const record of records) {
        const event = eventOf(record)
        if (event === undefined) continue
        const events = history.get(event.group) ?? []
        events.push({ ...event, batch: baseOffset })
        history.set(event.group, events)
      }
    }
  }
  return history
}
