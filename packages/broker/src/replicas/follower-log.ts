// What is done to a log that follows another one, a leader's or that of a replica which moves: it takes what came, loses
// what the other one does not have, or begins where that does. Who may do it, and when, others know.

import type { EpochEnd, PartitionLog } from '@samsa/log'
import { truncationOffset } from './truncation.ts'

/** What a follower got from its leader. */
export interface FetchedRecords {
  readonly records: Buffer
  readonly highWatermark: number
  readonly logStartOffset: number
}

/** Appends what was fetched, and takes over the leader's high watermark and start. */
export async function appendFetched(log: PartitionLog, fetched: FetchedRecords): Promise<void> {
  const { records, highWatermark, logStartOffset } = fetched
  if (records.length > 0) await appendBatches(log, records)
  log.setHighWatermark(highWatermark)
  const start = Math.min(logStartOffset, log.highWatermark)
  if (start > log.logStartOffset) await log.deleteRecordsBefore(start)
}

/** Cuts what the leader does not have; `leaderEnd` is where it says that the histories may part. */
export function truncateToLeader(log: PartitionLog, leaderEnd: EpochEnd): Promise<void> {
  const { logEndOffset, highWatermark } = log
  const epochEnd = log.endOffsetForEpoch(leaderEnd.epoch)
  return log.truncateTo(truncationOffset(leaderEnd, { epochEnd, logEndOffset, highWatermark }))
}

/** The log's end is not within the leader's log, which has `[startOffset, endOffset)`: goes to what there is. */
export async function moveIntoRange(
  log: PartitionLog,
  leader: { readonly startOffset: number; readonly endOffset: number },
): Promise<void> {
  const { logEndOffset } = log
  if (leader.endOffset < logEndOffset) await log.truncateTo(leader.endOffset)
  else if (leader.startOffset > logEndOffset) await log.truncateFullyAndStartAt(leader.startOffset)
}

/** Appends batches that come whole, as they were written elsewhere. */
export async function appendBatches(log: PartitionLog, records: Buffer): Promise<void> {
  const firstOffset = records.length >= 8 ? Number(records.readBigInt64BE(0)) : 0
  // An empty log may begin in the middle of a batch, when the leader's does: batches come whole.
  const isEmpty = log.logEndOffset === log.logStartOffset
  if (isEmpty && firstOffset < log.logEndOffset) await log.truncateFullyAndStartAt(firstOffset)
  await log.appendAsFollower(records)
}
