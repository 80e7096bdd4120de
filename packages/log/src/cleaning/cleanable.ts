// Which part of a compacted log may be cleaned, whether it is worth it, and in which groups. Pure decisions.

import type { LogSettings } from '../log-settings.ts'
import { MAX_RELATIVE_OFFSET } from '../indexes/offset-index.ts'

/** A segment, as far as the decisions need it. */
export interface CleanableSegment {
  readonly baseOffset: number
  readonly sizeInBytes: number
  /** The newest record's time; wall-clock milliseconds. */
  readonly newestTimestamp: number
  /** Largest timestamp of the first batch; -1 when it is not known. */
  readonly firstTimestamp: number
}

/** The range `[firstDirtyOffset, firstUncleanableOffset)` of a log, and how dirty the log is. */
export interface CleanableRange {
  readonly firstDirtyOffset: number
  readonly firstUncleanableOffset: number
  /** Bytes of that range, and of what is clean before it. */
  readonly dirtyBytes: number
  readonly cleanBytes: number
  readonly dirtyRatio: number
  /** `max.compaction.lag.ms` demands a cleaning whatever the ratio. */
  readonly isOverdue: boolean
}

/** The cleanable range of a log; `segments` include the active one, which is never cleaned. */
export function cleanableRange(
  segments: readonly CleanableSegment[],
  log: {
    readonly settings: LogSettings
    readonly logStartOffset: number
    /** Undecided, unreplicated and unflushed records begin here. */
    readonly stableOffset: number
    /** Where the last cleaning ended. */
    readonly cleanedOffset: number
    readonly nowMs: number
  },
): CleanableRange {
  const { settings, nowMs } = log
  const active = segments.at(-1)
  const firstDirtyOffset = Math.max(log.cleanedOffset, log.logStartOffset)
  let firstUncleanableOffset = Math.min(log.stableOffset, active?.baseOffset ?? 0)
  const lagMs = settings['min.compaction.lag.ms']
  const sealed = segments.slice(0, -1)
  const isDirty = (i: number): boolean => (segments[i + 1]?.baseOffset ?? 0) > firstDirtyOffset
  if (lagMs > 0) {
    const young = sealed.find((each, i) => isDirty(i) && each.newestTimestamp > nowMs - lagMs)
    if (young !== undefined) {
      firstUncleanableOffset = Math.min(firstUncleanableOffset, young.baseOffset)
    }
  }
  // Segments are cleaned whole, so one that is uncleanable from the middle on is not cleaned.
  const holding = segments.findLast((segment) => segment.baseOffset <= firstUncleanableOffset)
  firstUncleanableOffset = holding?.baseOffset ?? firstDirtyOffset
  let dirtyBytes = 0
  let cleanBytes = 0
  let isOverdue = false
  for (const [i, segment] of sealed.entries()) {
    if (!isDirty(i)) cleanBytes += segment.sizeInBytes
    else if (segment.baseOffset < firstUncleanableOffset) {
      dirtyBytes += segment.sizeInBytes
      const { firstTimestamp } = segment
      const ageMs = nowMs - (firstTimestamp < 0 ? segment.newestTimestamp : firstTimestamp)
      if (segment.sizeInBytes > 0 && ageMs > settings['max.compaction.lag.ms']) isOverdue = true
    }
  }
  const totalBytes = dirtyBytes + cleanBytes
  return {
    firstDirtyOffset,
    firstUncleanableOffset: Math.max(firstUncleanableOffset, firstDirtyOffset),
    dirtyBytes,
    cleanBytes,
    dirtyRatio: totalBytes === 0 ? 0 : dirtyBytes / totalBytes,
    isOverdue,
  }
}

/** Groups segments that follow each other so that each group fits one segment. */
export function groupSegments<
  S extends { readonly baseOffset: number; readonly sizeInBytes: number },
>(
  segments: readonly S[],
  limits: { readonly segmentBytes: number; readonly endOffset: number },
): S[][] {
  const groups: S[][] = []
  let group: S[] = []
  let bytes = 0
  for (const [i, segment] of segments.entries()) {
    const [first] = group
    const endOffset = segments[i + 1]?.baseOffset ?? limits.endOffset
    const fits =
      first !== undefined &&
      bytes + segment.sizeInBytes <= limits.segmentBytes &&
      endOffset - 1 - first.baseOffset <= MAX_RELATIVE_OFFSET
    if (!fits) {
      group = []
      groups.push(group)
      bytes = 0
    }
    group.push(segment)
    bytes += segment.sizeInBytes
  }
  return groups
}
