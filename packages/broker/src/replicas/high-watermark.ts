// The rules of the high watermark, as pure functions: what is committed is what every in-sync replica has.

import { assert } from '@samsa/world'

/** What the leader knows of one replica. */
export interface ReplicaProgress {
  readonly logEndOffset: number
}

/** How many replicas are in sync for certain, and how many must be. */
export interface InSyncCount {
  /** Members of the in-sync set as it is committed. */
  readonly committed: number
  /** min.insync.replicas, as far as there are so many replicas. */
  readonly minimum: number
}

/**
 * The smallest log end offset among the replicas of the maximal in-sync set (committed members and those being added);
 * it never moves back, and does not move while too few are in sync (KIP-966): those who were last in sync then still
 * have everything that is committed.
 */
export function nextHighWatermark(
  highWatermark: number,
  inSync: readonly ReplicaProgress[],
  { committed, minimum }: InSyncCount,
): number {
  assert(inSync.length > 0, 'The leader is always in sync with itself.')
  if (committed < minimum) return highWatermark
  let smallest = Number.POSITIVE_INFINITY
  for (const { logEndOffset } of inSync) smallest = Math.min(smallest, logEndOffset)
  return Math.max(highWatermark, smallest)
}

/** How a requested leader epoch compares with the leader's own (KIP-320); -1 skips the check. */
export function epochFault(
  requested: number,
  own: number,
): 'FENCED_LEADER_EPOCH' | 'UNKNOWN_LEADER_EPOCH' | undefined {
  if (requested === -1 || requested === own) return undefined
  return requested < own ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH'
}
