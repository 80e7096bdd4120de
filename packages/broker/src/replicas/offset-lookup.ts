// ListOffsets for one partition: special timestamps and the search by time, as far as the asker may see.

import { KafkaError } from '@samsa/protocol'
import type { Partition } from './partition.ts'

/** What an asker may see: everything (replicas, tools), what is committed, or what is decided too. */
export type Visibility = 'log-end' | 'high-watermark' | 'last-stable'

/** Kafka's special timestamps. */
const latestTimestamp = -1
const earliestTimestamp = -2
export const maxTimestamp = -3
export const earliestLocalTimestamp = -4
export const latestTieredTimestamp = -5
export const earliestPendingUploadTimestamp = -6

/** An offset with its time and epoch; -1 where there is none. */
export interface FoundOffset {
  readonly timestamp: number
  readonly offset: number
  readonly leaderEpoch: number
}

const nothing: FoundOffset = { timestamp: -1, offset: -1, leaderEpoch: -1 }

/** The end of what `visibility` allows to be read. */
export function readableEnd(partition: Partition, visibility: Visibility): number {
  const { log } = partition
  if (visibility === 'log-end') return log.logEndOffset
  return visibility === 'high-watermark' ? log.highWatermark : log.lastStableOffset
}

/** The epoch in which the record at `offset` was written, as far as the log knows. */
function epochAt(partition: Partition, offset: number): number {
  const { log } = partition
  for (let epoch = log.latestEpoch ?? -1; epoch >= 0; ) {
    const below = log.endOffsetForEpoch(epoch - 1)
    if (below.epoch < 0 || below.endOffset <= offset || below.epoch >= epoch) return epoch
    epoch = below.epoch
  }
  return -1
}

/** The offset that `timestamp` asks for. Throws KafkaError. */
export async function lookUpOffset(
  partition: Partition,
  timestamp: number,
  visibility: Visibility,
  currentLeaderEpoch: number,
): Promise<FoundOffset> {
  const leaderEpoch = partition.requireLeader(currentLeaderEpoch)
  const end = readableEnd(partition, visibility)
  const { log } = partition
  switch (timestamp) {
    case latestTimestamp:
      requireCommittedStart(partition, visibility)
      return { timestamp: -1, offset: end, leaderEpoch }
    case earliestTimestamp:
    case earliestLocalTimestamp: {
      const offset = log.logStartOffset
      return { timestamp: -1, offset, leaderEpoch: epochAt(partition, offset) }
    }
    case latestTieredTimestamp:
    case earliestPendingUploadTimestamp:
      // Nothing is ever in another tier.
      return nothing
    default: {
      if (timestamp < maxTimestamp) {
        throw new KafkaError('UNSUPPORTED_VERSION', `${timestamp} is no special timestamp.`)
      }
      const found =
        timestamp === maxTimestamp
          ? await log.maxTimestampOffset()
          : await log.offsetForTimestamp(timestamp)
      if (found !== undefined && found.offset < end) return found
      requireCommittedStart(partition, visibility)
      return nothing
    }
  }
}

/**
 * A leader that was just elected may not know yet how far its predecessor had committed: an end below the start of its own
 * epoch could lie before one that was told already (KIP-207). Throws OFFSET_NOT_AVAILABLE.
 */
function requireCommittedStart(partition: Partition, visibility: Visibility): void {
  if (visibility === 'log-end') return
  const { leadershipStart, log } = partition
  if (leadershipStart <= log.highWatermark) return
  throw new KafkaError(
    'OFFSET_NOT_AVAILABLE',
    `Its leader knows it to be committed up to ${log.highWatermark} only; it began to lead at ${leadershipStart}.`,
  )
}
