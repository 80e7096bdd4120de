// Retention of one log: old segments are taken off its start, and the log start offset follows.

import type { LogState } from '../log-state.ts'
import { segmentFileName } from '../segments/file-names.ts'
import { removeFromStart } from '../segments/remove-segment.ts'
import { indexesOf } from '../segments/segment-indexes.ts'
import { deletableSegments } from './deletable-segments.ts'

/**
 * Removes what may go; resolves to whether the log start offset moved. Only flushed and committed segments go, so that
 * after a crash the log never begins behind its recovery point.
 */
export async function applyRetention(log: LogState): Promise<boolean> {
  // A segment's age is the last entry of its time index.
  for (const segment of log.segments.all.slice()) {
    if (segment.largest === undefined && segment.sizeInBytes > 0) await indexesOf(log, segment)
  }
  const { count, reason } = deletableSegments(log.segments.all, {
    settings: log.settings,
    logStartOffset: log.logStartOffset,
    deletableBefore: Math.min(log.highWatermark, log.recoveryPoint),
    nowMs: log.host.world.clock.now(),
  })
  if (count === 0) return false
  const removed = log.segments.all.slice(0, count)
  log.host.world.logger.info(
    {
      topic: log.topic,
      partition: log.partition,
      segments: removed.map((segment) => segment.baseOffset),
      reason,
    },
    'Deleting old segments',
  )
  const before = log.logStartOffset
  log.logStartOffset = Math.max(before, log.segments.at(count)?.baseOffset ?? before)
  for (const segment of removed) await removeFromStart(log, segment)
  log.epochs.truncateFromStart(log.logStartOffset)
  await removeOldSnapshots(log)
  return log.logStartOffset > before
}

async function removeOldSnapshots(log: LogState): Promise<void> {
  const first = log.segments.first.baseOffset
  for (const offset of log.snapshots) {
    if (offset >= first) continue
    log.snapshots.delete(offset)
    await log.host.world.disk.unlink(`${log.path}/${segmentFileName(offset, 'snapshot')}`)
  }
}
