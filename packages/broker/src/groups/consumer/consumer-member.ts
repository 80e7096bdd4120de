// A member of a consumer group (KIP-848): what it subscribes to and how far it has come towards its target assignment.
// Members are values: a change makes a new one.

import type { GroupProtocol } from '../classic/messages.ts'
import { type AssignedPartitions, NO_PARTITIONS, samePartitions } from './assignment.ts'

/** Epochs with a meaning of their own in ConsumerGroupHeartbeat. */
export const JOIN_EPOCH = 0
export const LEAVE_EPOCH = -1
/** A static member leaves and means to come back: its partitions are kept for it until its session ends. */
export const STATIC_LEAVE_EPOCH = -2

/** Where a member stands. */
export type MemberState =
  /** It has what its epoch's target gives it. */
  | 'stable'
  /** It was told to give up partitions and still reports them. */
  | 'unrevoked-partitions'
  /** It waits for partitions that others have not given up yet. */
  | 'unreleased-partitions'
  /** Written by a newer broker. */
  | 'unknown'

/** A member that speaks the classic protocol in a consumer group. */
export interface ClassicMembership {
  readonly sessionTimeoutMs: number
  readonly protocols: readonly GroupProtocol[]
}

/** What a member says of itself. */
export interface MemberMetadata {
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly clientId: string
  readonly clientHost: string
  /** Sorted. */
  readonly subscribedTopicNames: readonly string[]
  /** '' for none. */
  readonly subscribedTopicRegex: string
  /** -1 for unknown. */
  readonly rebalanceTimeoutMs: number
  readonly serverAssignor: string | null
  readonly classic: ClassicMembership | null
}

/** How far it has come. */
export interface MemberProgress {
  readonly memberEpoch: number
  readonly previousMemberEpoch: number
  readonly state: MemberState
  readonly assigned: AssignedPartitions
  readonly pendingRevocation: AssignedPartitions
}

/** One member. */
export interface ConsumerMember extends MemberMetadata, MemberProgress {
  readonly memberId: string
}

/** Nothing assigned, nothing given up. */
export const NO_PROGRESS: MemberProgress = {
  memberEpoch: 0,
  previousMemberEpoch: -1,
  state: 'stable',
  assigned: NO_PARTITIONS,
  pendingRevocation: NO_PARTITIONS,
}

/** A member of whom nothing is known yet. */
export function newMember(memberId: string): ConsumerMember {
  return {
    memberId,
    instanceId: null,
    rackId: null,
    clientId: '',
    clientHost: '',
    subscribedTopicNames: [],
    subscribedTopicRegex: '',
    rebalanceTimeoutMs: -1,
    serverAssignor: null,
    classic: null,
    ...NO_PROGRESS,
  }
}

/** Whether the member has everything the target of this epoch gives it. */
export function isReconciledTo(member: ConsumerMember, assignmentEpoch: number): boolean {
  return member.state === 'stable' && member.memberEpoch === assignmentEpoch
}

/** Whether both have come as far. */
export function sameProgress(left: MemberProgress, right: MemberProgress): boolean {
  return (
    left.memberEpoch === right.memberEpoch &&
    left.previousMemberEpoch === right.previousMemberEpoch &&
    left.state === right.state &&
    samePartitions(left.assigned, right.assigned) &&
    samePartitions(left.pendingRevocation, right.pendingRevocation)
  )
}

/** Whether both say the same of themselves. */
export function sameMetadata(left: MemberMetadata, right: MemberMetadata): boolean {
  return (
    left.instanceId === right.instanceId &&
    left.rackId === right.rackId &&
    left.clientId === right.clientId &&
    left.clientHost === right.clientHost &&
    sameNames(left.subscribedTopicNames, right.subscribedTopicNames) &&
    left.subscribedTopicRegex === right.subscribedTopicRegex &&
    left.rebalanceTimeoutMs === right.rebalanceTimeoutMs &&
    left.serverAssignor === right.serverAssignor &&
    sameMembership(left.classic, right.classic)
  )
}

export function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index])
}

function sameMembership(left: ClassicMembership | null, right: ClassicMembership | null): boolean {
  if (left === null || right === null) return left === right
  return (
    left.sessionTimeoutMs === right.sessionTimeoutMs &&
    left.protocols.length === right.protocols.length &&
    left.protocols.every((protocol, index) => {
      const other = right.protocols[index]
      return other?.name === protocol.name && other.metadata.equals(protocol.metadata)
    })
  )
}
