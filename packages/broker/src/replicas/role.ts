// What a broker is to a partition of which it has a replica.

import type { PartitionImage } from '../metadata/metadata-view.ts'

/** What this broker is to the partition. */
export type Role =
  | { readonly kind: 'leader'; readonly leaderEpoch: number }
  | { readonly kind: 'follower'; readonly leaderEpoch: number; readonly leaderId: number }
  /** The replica is assigned, but nobody leads. */
  | { readonly kind: 'idle'; readonly leaderEpoch: number }

/** The part that metadata gives a broker. */
export function roleOf(brokerId: number, { leader, leaderEpoch, replicas }: PartitionImage): Role {
  if (leader === -1 || !replicas.includes(brokerId)) return { kind: 'idle', leaderEpoch }
  if (leader === brokerId) return { kind: 'leader', leaderEpoch }
  return { kind: 'follower', leaderEpoch, leaderId: leader }
}
