// What the two group protocols, classic and KIP-848, have in common: a member that keeps itself in its group in the
// background, and tells who holds partitions what it was given and what it must give up.

import type { PartitionName } from '../consumer/offset-lookup.ts'
import type { GroupMetadata } from '../transactions/sent-offsets.ts'
import type { Assignor } from './assignors/assignor.ts'

/** How to be a member. */
export interface GroupPlan {
  readonly groupId: string
  /** Of a static member. */
  readonly groupInstanceId: string | undefined
  /** Undefined: KIP-848 where the broker offers it, otherwise classic. */
  readonly protocol: 'classic' | 'consumer' | undefined
  /** Of a classic group, most wanted first. */
  readonly assignors: readonly Assignor[]
  /** Of a KIP-848 group; undefined leaves it to the broker. */
  readonly remoteAssignor: string | undefined
  readonly rackId: string | undefined
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  /** How long a member may take between records, and to give partitions up. */
  readonly maxPollIntervalMs: number
  readonly defaultApiTimeoutMs: number
  /** Whether asking for topics that do not exist may create them. */
  readonly mayCreateTopics: boolean
}

/** Who holds the partitions of a member. */
export interface PartitionHolder {
  readonly held: readonly PartitionName[]
  /** Monotonic time at which the reader counts as stalled; Infinity while it waits for records. */
  readonly stallsAtMs: number
  /** Resolves when somebody wants records. */
  wanted(): Promise<void>
  /** Takes partitions and resolves when they can be read. Rejects when their offsets are not to be had. */
  assign(partitions: readonly PartitionName[]): Promise<void>
  /** Resolves when the partitions are given up, what was processed committed. Never rejects. */
  revoke(partitions: readonly PartitionName[]): Promise<void>
  /** Others may have the partitions by now. Never rejects. */
  lose(partitions: readonly PartitionName[]): Promise<void>
  /** The reader was away for too long, and the member leaves the group until it is back. */
  stalled(): void
  /** The member is no member any more, and will not be. */
  failed(error: Error): void
}

/** How long a member that leaves tries to say so; after that the group finds out when its session is over. */
export const longestLeaveMs = 5000

/** A member of a group. */
export interface Membership {
  readonly metadata: GroupMetadata
  /** Begins; all that follows happens in the background. */
  start(): void
  /** The subscription has changed, or somebody wants a rebalance. */
  rejoin(): void
  /** Gives partitions up and leaves; a static member only stays away. Never rejects. */
  close(): Promise<void>
}

/** `a` without what is in `b`. */
export function without(a: readonly PartitionName[], b: readonly PartitionName[]): PartitionName[] {
  const names = new Set(b.map(({ topic, partition }) => `${topic} ${partition}`))
  return a.filter(({ topic, partition }) => !names.has(`${topic} ${partition}`))
}
