// Which segments retention may take off the start of a log. A pure decision: whoever calls it removes them.

import type { LogSettings } from '../log-settings.ts'

/** What retention looks at. */
export interface RetainedSegment {
  readonly baseOffset: number
  readonly sizeInBytes: number
  /** The newest record's time as far as it is known; wall-clock milliseconds. */
  readonly newestTimestamp: number
}

/** Why a segment goes. */
export type DeletionReason = 'start-offset' | 'age' | 'size'

/**
 * How many of the segments, oldest first, go, and why the last of them does. The active segment (the last one) is never
 * counted here; `deletableBefore` is the offset up to which records may go at all.
 */
export function deletableSegments(
  segments: readonly RetainedSegment[],
  log: {
    readonly settings: LogSettings
    readonly logStartOffset: number
    readonly deletableBefore: number
    readonly nowMs: number
  },
): { readonly count: number; readonly reason: DeletionReason | undefined } {
  const { settings, logStartOffset, deletableBefore, nowMs } = log
  const byPolicy = settings['cleanup.policy'].includes('delete')
  const retentionMs = settings['retention.ms']
  const retentionBytes = settings['retention.bytes']
  let excessBytes = segments.reduce((sum, segment) => sum + segment.sizeInBytes, 0) - retentionBytes
  let count = 0
  let reason: DeletionReason | undefined
  for (const [i, segment] of segments.entries()) {
    const endOffset = segments[i + 1]?.baseOffset
    if (endOffset === undefined || endOffset > deletableBefore) break
    if (endOffset <= logStartOffset) reason = 'start-offset'
    else if (byPolicy && retentionMs >= 0 && nowMs - segment.newestTimestamp > retentionMs) {
      reason = 'age'
    } else if (byPolicy && retentionBytes >= 0 && excessBytes >= segment.sizeInBytes) {
      reason = 'size'
    } else break
    excessBytes -= segment.sizeInBytes
    count += 1
  }
  return { count, reason }
}
