// When offsets are forgotten (KIP-211): after the retention, counted from when the group became empty, or, where
// nobody knows of a group, from the commit. Offsets of topics the group reads and of open transactions stay.

import type { CommittedOffset, OffsetKey, OffsetStore } from './offset-store.ts'

/** How the retention of a group's offsets is counted. */
export interface ExpiryRule {
  /** Wall-clock time since when an offset is of no use. */
  baseTimestampMs(committed: CommittedOffset): number
  isSubscribedTo(topic: string): boolean
}

/** The offsets of a group that have expired. */
export function expiredOffsets(
  store: OffsetStore,
  groupId: string,
  rule: ExpiryRule,
  options: { readonly nowMs: number; readonly retentionMs: number },
): OffsetKey[] {
  const expired: OffsetKey[] = []
  for (const [topic, partitions] of store.ofGroup(groupId)) {
    if (rule.isSubscribedTo(topic)) continue
    for (const [partition, committed] of partitions) {
      const key = { groupId, topic, partition }
      if (isExpired(committed, rule, options) && !store.isUnstable(key)) expired.push(key)
    }
  }
  return expired
}

function isExpired(
  committed: CommittedOffset,
  rule: ExpiryRule,
  { nowMs, retentionMs }: { readonly nowMs: number; readonly retentionMs: number },
): boolean {
  if (committed.expireTimestampMs !== -1) return nowMs >= committed.expireTimestampMs
  return nowMs - rule.baseTimestampMs(committed) >= retentionMs
}
