// What an assignor is: the leader of a classic group runs one to share the partitions of the subscribed topics among the
// members. Pure.
//
// Invariant: every partition of a topic that somebody subscribes to goes to at most one member, and only to a subscriber.

import type { PartitionName } from '../../consumer/offset-lookup.ts'

/** A member of the group, as its subscription says. */
export interface AssignorMember {
  readonly memberId: string
  /** Of a static member. */
  readonly groupInstanceId?: string | undefined
  readonly rackId?: string | undefined
  readonly topics: readonly string[]
  /** What the member says it still holds; empty before version 1 of the subscription. */
  readonly owned: readonly PartitionName[]
  /** The generation in which it got that; -1 where it does not say. */
  readonly generationId: number
  /** The assignor's own bytes. */
  readonly userData: Uint8Array | null
}

/** Topics that exist; for each partition, the racks of its replicas (empty where they are not known). */
export type TopicRacks = ReadonlyMap<string, readonly (readonly string[])[]>

/** Who gets what, by member id; every member is there. */
export type GroupAssignment = Map<string, PartitionName[]>

/** Shares partitions among members. All members of a group must know an assignor of this name. */
export interface Assignor {
  readonly name: string
  /**
   * `eager`: members give everything up before they join again. `cooperative` (KIP-429): they keep what they have, and a
   * partition that moves is assigned only after its owner has given it up.
   */
  readonly protocol: 'eager' | 'cooperative'
  /** What a member tells the leader in its subscription; null where absent. */
  userData?(owned: readonly PartitionName[], generationId: number): Uint8Array | null
  assign(topics: TopicRacks, members: readonly AssignorMember[]): GroupAssignment
}
