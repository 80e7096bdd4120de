// When a log begins a new segment, and how.

import { OFFSET_INDEX_ENTRY_BYTES } from '../indexes/offset-index.ts'
import { TIME_INDEX_ENTRY_BYTES } from '../indexes/time-index.ts'
import type { LogSettings } from '../log-settings.ts'
import type { LogState } from '../log-state.ts'
import { newIndexes, Segment } from '../segments/segment.ts'

/** What is about to be appended. */
export interface AppendExtent {
  readonly sizeInBytes: number
  readonly lastOffset: number
  readonly maxTimestamp: number
}

/** Whether the active segment is full, too old, or cannot hold the offsets of what comes. */
export function mustRoll(log: LogState, extent: AppendExtent, nowMs: number): boolean {
  const segment = log.segments.active
  const { settings } = log
  if (!segment.canHold(extent.lastOffset)) return true
  if (segment.sizeInBytes === 0) return false
  if (segment.sizeInBytes + extent.sizeInBytes > settings['segment.bytes']) return true
  if (ageOf(segment, extent, nowMs) > longestMs(settings) - segment.jitterMs) return true
  const { indexes } = segment
  if (indexes === undefined) return false
  const indexBytes = settings['segment.index.bytes']
  return (
    indexes.offsets.count >= Math.floor(indexBytes / OFFSET_INDEX_ENTRY_BYTES) ||
    indexes.times.count >= Math.floor(indexBytes / TIME_INDEX_ENTRY_BYTES) - 1
  )
}

/** Compaction takes sealed segments only, so one that must be compacted soon must be sealed soon. */
function longestMs(settings: LogSettings): number {
  const isCompacted = settings['cleanup.policy'].includes('compact')
  return Math.min(
    settings['segment.ms'],
    isCompacted ? settings['max.compaction.lag.ms'] : Infinity,
  )
}

/** By the records' own time where they have one, so that replayed history rolls as it did when it was new. */
function ageOf(segment: Segment, extent: AppendExtent, nowMs: number): number {
  if (segment.firstTimestamp >= 0 && extent.maxTimestamp >= 0) {
    return extent.maxTimestamp - segment.firstTimestamp
  }
  return nowMs - segment.createdMs
}

/** Begins a segment at `baseOffset`. Its file is created by its first write. */
export function addSegment(log: LogState, baseOffset: number): Segment {
  const { clock, random } = log.host.world
  const segment = new Segment(log.path, baseOffset, clock.now())
  segment.indexes = newIndexes(baseOffset)
  segment.isFresh = true
  log.isChanged = true
  const jitterMs = Math.min(log.settings['segment.jitter.ms'], log.settings['segment.ms'])
  segment.jitterMs = jitterMs > 0 ? Math.floor(random.fraction() * jitterMs) : 0
  log.segments.add(segment)
  return segment
}
