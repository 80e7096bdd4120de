// What ConsumerGroupHeartbeat says, as the state machine sees it.

import type { ClientIdentity } from '../classic/messages.ts'
import type { PartitionLists } from './assignment.ts'

/** A heartbeat of a member. What is null or -1 has not changed since the last one. */
export interface ConsumerHeartbeat extends ClientIdentity {
  readonly groupId: string
  readonly memberId: string
  /** 0 to join, -1 to leave, -2 to leave as a static member that comes back. */
  readonly memberEpoch: number
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly rebalanceTimeoutMs: number
  readonly subscribedTopicNames: readonly string[] | null
  /** From version 1 on; '' for none. */
  readonly subscribedTopicRegex: string | null
  readonly serverAssignor: string | null
  /** What the client owns. */
  readonly owned: PartitionLists | null
  /** Topics the client may not see are not matched by its expression. */
  mayDescribe(topic: string): boolean
}

/** The answer to a heartbeat. */
export interface ConsumerHeartbeatAnswer {
  readonly memberId: string
  readonly memberEpoch: number
  readonly heartbeatIntervalMs: number
  /** Null: as before. */
  readonly assignment: PartitionLists | null
}
