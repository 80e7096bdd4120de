// ListOffsets by time: the first record with a timestamp at or above one, and the record with the largest timestamp.

import { readRecords, type RecordBatch } from '@samsa/protocol'
import type { LogState } from '../log-state.ts'
import type { Segment } from '../segments/segment.ts'
import { indexesOf } from '../segments/segment-indexes.ts'
import { scanSegment } from '../segments/segment-scan.ts'

/** A record found by its timestamp. */
export interface TimestampedOffset {
  readonly offset: number
  readonly timestamp: number
  readonly leaderEpoch: number
}

/** The first record of the log, in order of offsets, whose timestamp is at least `timestamp`. */
export async function findByTimestamp(
  log: LogState,
  timestamp: number,
): Promise<TimestampedOffset | undefined> {
  for (const segment of log.segments.all.slice()) {
    if (segment.writtenBytes === 0) continue
    const indexes = await indexesOf(log, segment)
    const largest = segment.largest ?? indexes.times.last
    const isActive = segment === log.segments.active
    if (!isActive && largest.timestamp < timestamp) continue
    const start = indexes.offsets.lookup(indexes.times.lookup(timestamp))
    const found = await scanFor(log, segment, start, (batch) =>
      batch.maxTimestamp < timestamp
        ? undefined
        : firstRecord(batch, (each) => each.timestamp >= timestamp && isInLog(log, each.offset)),
    )
    if (found !== undefined) return found
  }
  return undefined
}

/** The first of the records with the largest timestamp. */
export async function findMaxTimestamp(log: LogState): Promise<TimestampedOffset | undefined> {
  let best: { readonly segment: Segment; readonly timestamp: number } | undefined
  for (const segment of log.segments.all.slice()) {
    if (segment.writtenBytes === 0) continue
    const indexes = await indexesOf(log, segment)
    const { timestamp } = segment.largest ?? indexes.times.last
    if (best === undefined || timestamp > best.timestamp) best = { segment, timestamp }
  }
  if (best === undefined) return undefined
  const { segment, timestamp } = best
  const indexes = await indexesOf(log, segment)
  const start = indexes.offsets.lookup(indexes.times.lookup(timestamp))
  return await scanFor(log, segment, start, (batch) =>
    batch.maxTimestamp < timestamp
      ? undefined
      : firstRecord(batch, (each) => each.timestamp >= timestamp && isInLog(log, each.offset)),
  )
}

function isInLog(log: LogState, offset: number): boolean {
  return offset >= log.logStartOffset && offset < log.logEndOffset
}

async function scanFor(
  log: LogState,
  segment: Segment,
  start: number,
  look: (batch: RecordBatch) => TimestampedOffset | undefined,
): Promise<TimestampedOffset | undefined> {
  let found: TimestampedOffset | undefined
  await log.host.files.use(segment.file, 'update', (file) =>
    scanSegment(file, { start, end: segment.writtenBytes }, (batch) => {
      found = look(batch)
      return found === undefined ? 'continue' : 'stop'
    }),
  )
  return found
}

function firstRecord(
  batch: RecordBatch,
  matches: (record: { readonly timestamp: number; readonly offset: number }) => boolean,
): TimestampedOffset | undefined {
  // Compaction leaves batches without records.
  if (batch.recordCount === 0) return undefined
  const record = readRecords(batch).records.find(matches)
  if (record === undefined) return undefined
  const { offset, timestamp } = record
  return { offset, timestamp, leaderEpoch: batch.partitionLeaderEpoch }
}
