// OffsetCommit and TxnOffsetCommit: each partition of a request gets its own answer; what is accepted is written in
// one batch.

import { errorCode } from '@samsa/protocol'
import type { Turn } from '../../coordinators/state-machine.ts'
import { offsetRecord } from '../records/offset-records.ts'
import type { CommittedOffset, OffsetKey, OffsetStore } from './offset-store.ts'

/** One partition of a commit. */
export interface PartitionCommit {
  readonly partition: number
  readonly offset: number
  /** -1 when unknown. */
  readonly leaderEpoch: number
  readonly metadata: string | null
  /** Only version 1 carries it; -1: now. */
  readonly commitTimestampMs: number
}

/** The partitions of one topic that a commit names. The topic exists. */
export interface TopicCommit {
  readonly topic: string
  readonly topicId: string | undefined
  readonly partitions: readonly PartitionCommit[]
}

/** What became of a topic's partitions, in order. */
export interface TopicCommitted {
  readonly topic: string
  readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[]
}

/** How the offsets of one request are stored. */
export interface CommitOptions {
  readonly groupId: string
  readonly maxMetadataBytes: number
  /** What versions 2 to 4 ask for; -1: the broker's own retention. */
  readonly retentionMs: number
  /** The open transaction the offsets belong to; -1: none, they count at once. */
  readonly producerId: number
}

/** Stores the offsets and appends their records. */
export function commitOffsets(
  turn: Turn,
  store: OffsetStore,
  topics: readonly TopicCommit[],
  options: CommitOptions,
): TopicCommitted[] {
  const { groupId, maxMetadataBytes, retentionMs, producerId } = options
  const tooLarge = errorCode('OFFSET_METADATA_TOO_LARGE')
  return topics.map(({ topic, topicId, partitions }) => ({
    topic,
    partitions: partitions.map((commit) => {
      const { partition } = commit
      const metadata = commit.metadata ?? ''
      // Kafka counts characters here, whatever the setting's name says.
      if (metadata.length > maxMetadataBytes) return { partition, errorCode: tooLarge }
      const commitTimestampMs =
        commit.commitTimestampMs === -1 ? turn.nowMs : commit.commitTimestampMs
      const committed: CommittedOffset = {
        offset: commit.offset,
        leaderEpoch: commit.leaderEpoch,
        metadata,
        commitTimestampMs,
        expireTimestampMs: retentionMs === -1 ? -1 : commitTimestampMs + retentionMs,
        topicId,
        order: store.nextOrder(),
      }
      const key: OffsetKey = { groupId, topic, partition }
      const record = offsetRecord(key, committed)
      if (producerId === -1) {
        const previous = store.set(key, committed)
        turn.append(record.key, record.value, () => store.set(key, previous))
      } else {
        const undo = store.addPending(producerId, key, committed)
        turn.append(record.key, record.value, undo)
      }
      return { partition, errorCode: 0 }
    }),
  }))
}

/** Removes an offset and appends its tombstone. */
export function removeOffset(turn: Turn, store: OffsetStore, key: OffsetKey): void {
  const previous = store.set(key, undefined)
  const record = offsetRecord(key, undefined)
  turn.append(record.key, record.value, () => store.set(key, previous))
}

/** Removes everything a group has committed. */
export function removeAllOffsets(turn: Turn, store: OffsetStore, groupId: string): void {
  for (const [topic, partitions] of store.ofGroup(groupId)) {
    for (const partition of partitions.keys())
      removeOffset(turn, store, { groupId, topic, partition })
  }
}
