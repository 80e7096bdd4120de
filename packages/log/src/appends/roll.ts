// When a log begins a new segment, and how.

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
  const { rules } = log
  if (!segment.canHold(extent.lastOffset)) return true
  if (segment.sizeInBytes === 0) return false
  if (segment.sizeInBytes + extent.sizeInBytes > rules.segmentBytes) return true
  if (ageOf(segment, extent, nowMs) > rules.segmentMs - segment.jitterMs) return true
  const { indexes } = segment
  if (indexes === undefined) return false
  return (
    indexes.offsets.count >= rules.maxOffsetEntries || indexes.times.count >= rules.maxTimeEntries
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
