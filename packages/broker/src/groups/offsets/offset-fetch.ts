// OffsetFetch: what a group has committed, for the partitions asked for or for all. A stable answer is refused for
// partitions with offsets in an open transaction (KIP-447).

import { errorCode } from '@samsa/protocol'
import type { CommittedOffset, OffsetStore, TopicOffsets } from './offset-store.ts'

/** What is asked of one group. */
export interface FetchOffsets {
  readonly groupId: string
  /** null: everything. */
  readonly topics:
    | readonly { readonly topic: string; readonly partitions: readonly number[] }[]
    | null
  /** From version 7 on. */
  readonly requireStable: boolean
  /** The topics' ids, where the client knows them: what was committed for a former topic of that name is not told. */
  readonly topicIds: ReadonlyMap<string, string>
  /** The member that asks, of a consumer group (KIP-848); null or -1 where it does not tell. */
  readonly memberId: string | null
  readonly memberEpoch: number
}

/** The offset of one partition; -1 when there is none. */
export interface FetchedPartition {
  readonly partition: number
  readonly committedOffset: number
  readonly committedLeaderEpoch: number
  readonly metadata: string
  readonly errorCode: number
}

/** The offsets of one topic. */
export interface FetchedTopic {
  readonly topic: string
  readonly partitions: readonly FetchedPartition[]
}

/** The offsets a group has for what was asked. */
export function fetchOffsets(store: OffsetStore, request: FetchOffsets): FetchedTopic[] {
  const { groupId, topics, requireStable, topicIds } = request
  const offsets = store.ofGroup(groupId)
  const wanted = topics ?? everything(store, groupId, offsets, requireStable)
  return wanted.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((partition) => {
      if (requireStable && store.isUnstable({ groupId, topic, partition })) {
        return noOffset(partition, errorCode('UNSTABLE_OFFSET_COMMIT'))
      }
      const committed = offsets.get(topic)?.get(partition)
      if (committed === undefined) return noOffset(partition, 0)
      const topicId = topicIds.get(topic) ?? committed.topicId
      const isOfFormerTopic = committed.topicId !== undefined && committed.topicId !== topicId
      return isOfFormerTopic ? noOffset(partition, 0) : fetched(partition, committed)
    }),
  }))
}

function everything(
  store: OffsetStore,
  groupId: string,
  offsets: TopicOffsets,
  requireStable: boolean,
): { topic: string; partitions: number[] }[] {
  const wanted = new Map<string, Set<number>>()
  for (const [topic, partitions] of offsets) wanted.set(topic, new Set(partitions.keys()))
  if (requireStable) {
    // A first commit within a transaction has no offset beside it yet, and is no less unstable.
    for (const [topic, partitions] of store.unstableOfGroup(groupId)) {
      const known = wanted.get(topic) ?? new Set()
      for (const partition of partitions.keys()) known.add(partition)
      wanted.set(topic, known)
    }
  }
  return Array.from(wanted, ([topic, partitions]) => ({ topic, partitions: [...partitions] }))
}

/** The answer for a partition without an offset. */
export function noOffset(partition: number, code: number): FetchedPartition {
  return {
    partition,
    committedOffset: -1,
    committedLeaderEpoch: -1,
    metadata: '',
    errorCode: code,
  }
}

function fetched(partition: number, committed: CommittedOffset): FetchedPartition {
  return {
    partition,
    committedOffset: committed.offset,
    committedLeaderEpoch: committed.leaderEpoch,
    metadata: committed.metadata,
    errorCode: 0,
  }
}
