// Where a follower cuts its log when its leader's history is another one (KIP-101, KIP-279, KIP-595): a pure rule.

import type { EpochEnd } from '@samsa/log'

/** What the follower has. */
export interface OwnEnd {
  /** Where the epoch that the leader named, or the largest one below it, ends here. */
  readonly epochEnd: EpochEnd
  readonly logEndOffset: number
  readonly highWatermark: number
}

/**
 * The offset to truncate to. `leaderEnd` is the largest epoch of the leader at or below the follower's last one, and its
 * end. If the follower does not know that epoch it goes back to the end of its largest one below and asks again: the
 * histories may part further down.
 */
export function truncationOffset(leaderEnd: EpochEnd, own: OwnEnd): number {
  const { epochEnd, logEndOffset, highWatermark } = own
  if (leaderEnd.endOffset < 0) return Math.min(highWatermark, logEndOffset)
  if (epochEnd.endOffset < 0) return Math.min(leaderEnd.endOffset, logEndOffset)
  if (epochEnd.epoch !== leaderEnd.epoch) return Math.min(epochEnd.endOffset, logEndOffset)
  return Math.min(epochEnd.endOffset, leaderEnd.endOffset, logEndOffset)
}
