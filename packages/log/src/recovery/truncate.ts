// Taking records off the end of a log: because a follower must agree with its leader, or because a write failed.
//
// Order for a crash in between: what goes is removed from the highest segment down and every step is on the medium
// before new records take the freed offsets, so that an old record never comes back behind a new one.

import { assert } from '@samsa/world'
import type { LogState } from '../log-state.ts'
import { segmentFileName } from '../segments/file-names.ts'
import type { Segment } from '../segments/segment.ts'
import { indexesOf } from '../segments/segment-indexes.ts'
import { scanSegment } from '../segments/segment-scan.ts'
import { addSegment } from '../appends/roll.ts'
import { writeEpochs } from '../appends/log-flush.ts'
import { loadProducers } from './load-producers.ts'
import { removeFromEnd, removeIndexFiles } from '../segments/remove-segment.ts'

/** Removes the batches that reach beyond `offset`. The caller sees to it that nothing is appended meanwhile. */
export async function truncateLog(log: LogState, offset: number): Promise<void> {
  assert(offset >= log.segments.first.baseOffset, 'a log is truncated within its segments')
  const target = log.segments.at(log.segments.indexOf(offset))
  assert(target !== undefined, 'a loaded log has a segment')
  log.isChanged = true
  const later = log.segments.all.filter((segment) => segment.baseOffset > target.baseOffset)
  await removeFromEnd(log, later)
  const endOffset = await truncateSegment(log, target, offset)

  log.nextOffset = endOffset
  log.logEndOffset = Math.min(log.logEndOffset, endOffset)
  log.highWatermark = Math.min(log.highWatermark, endOffset)
  log.recoveryPoint = Math.min(log.recoveryPoint, endOffset)
  log.tail.truncate(endOffset)
  log.epochs.truncateFromEnd(endOffset)
  await writeEpochs(log)
  await removeSnapshotsAbove(log, endOffset)
  await loadProducers(log, log.producers, endOffset)
  log.verifications.clear()
  // New records below an old recovery point would not be looked at after a crash.
  if (log.recoveryPointOnDisk > endOffset) await log.host.checkpointRecoveryPoints()
}

/** Cuts one segment; returns the offset that follows its last batch. */
async function truncateSegment(log: LogState, segment: Segment, offset: number): Promise<number> {
  if (offset >= segment.nextOffset && segment.writtenBytes === segment.sizeInBytes) {
    return Math.min(offset, Math.max(segment.nextOffset, segment.baseOffset))
  }
  const indexes = await indexesOf(log, segment)
  if (segment.isFresh && segment.writtenBytes === 0) {
    segment.truncate(segment.baseOffset, 0, indexes)
    return segment.baseOffset
  }
  indexes.offsets.truncate(offset)
  indexes.times.truncate(offset)
  // All batches before the last index entry are covered by the time index, so the scan begins there.
  const start = indexes.offsets.lastPosition
  let largest = indexes.times.count > 0 ? indexes.times.last : undefined
  let position = start
  let endOffset = segment.baseOffset
  const mode = segment.isFresh ? 'create' : 'update'
  // Old index files would point into what takes the place of the batches that go.
  await removeIndexFiles(log, segment)
  await log.host.files.use(segment.file, mode, async (file) => {
    segment.isFresh = false
    await scanSegment(file, { start, end: segment.writtenBytes }, (batch, at) => {
      if (batch.lastOffset >= offset) {
        endOffset = Math.min(offset, batch.baseOffset)
        return { damage: 'the rest goes' }
      }
      endOffset = batch.nextOffset
      position = at + batch.sizeInBytes
      if (largest === undefined || batch.maxTimestamp > largest.timestamp) {
        largest = { timestamp: batch.maxTimestamp, offset: batch.lastOffset }
      }
      return 'continue'
    })
    await file.truncate(position)
    await file.sync()
  })
  segment.truncate(endOffset, position, indexes)
  segment.largest = largest
  segment.syncedBytes = position
  return endOffset
}

async function removeSnapshotsAbove(log: LogState, offset: number): Promise<void> {
  for (const each of log.snapshots) {
    if (each <= offset) continue
    log.snapshots.delete(each)
    await log.host.world.disk.unlink(`${log.path}/${segmentFileName(each, 'snapshot')}`)
  }
}

/** Drops everything; the log goes on, empty, at `offset`. */
export async function truncateFully(log: LogState, offset: number): Promise<void> {
  await removeFromEnd(log, log.segments.all)
  await removeSnapshotsAbove(log, -1)
  log.tail.clear()
  log.nextOffset = offset
  log.logEndOffset = offset
  log.highWatermark = offset
  log.logStartOffset = offset
  log.recoveryPoint = offset
  addSegment(log, offset)
  log.producers.load([], offset)
  log.verifications.clear()
  log.epochs.clear()
  await writeEpochs(log)
  await log.host.checkpointRecoveryPoints()
  await log.host.checkpointLogStartOffsets()
}
