// What the classic protocol says, as the state machine sees it: the fields of the requests and responses that every
// version can be brought to. Invariant: nothing here depends on the version of a request but what a KIP ties to one.

/** An assignment protocol a member supports, with what its assignor wants to tell the leader. */
export interface GroupProtocol {
  readonly name: string
  readonly metadata: Buffer
}

/** Who sent a request. */
export interface ClientIdentity {
  readonly clientId: string
  /** Kafka's form: '/' and the address. */
  readonly clientHost: string
}

/** A JoinGroup request. */
export interface JoinGroup extends ClientIdentity {
  readonly groupId: string
  /** '' for a member that has none yet. */
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly protocolType: string
  readonly protocols: readonly GroupProtocol[]
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly reason: string | null
  /** From version 4 on a dynamic member must come back with the id it is given (KIP-394). */
  readonly requiresKnownMemberId: boolean
  /** From version 9 on a rejoining static leader is told to assign nothing (KIP-814). */
  readonly supportsSkippingAssignment: boolean
}

/** A member as the leader sees it. */
export interface JoinedMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly metadata: Buffer
}

/** The answer to a JoinGroup request. */
export interface JoinGroupAnswer {
  readonly errorCode: number
  readonly generationId: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly leader: string
  readonly skipAssignment: boolean
  readonly memberId: string
  /** Empty for all but the leader. */
  readonly members: readonly JoinedMember[]
}

/** A SyncGroup request. */
export interface SyncGroup {
  readonly groupId: string
  readonly generationId: number
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[]
}

/** The answer to a SyncGroup request. */
export interface SyncGroupAnswer {
  readonly errorCode: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly assignment: Buffer
}

/** A Heartbeat request. */
export interface Heartbeat {
  readonly groupId: string
  readonly generationId: number
  readonly memberId: string
  readonly groupInstanceId: string | null
}

/** One member that leaves, or that an administrator removes by its instance id. */
export interface LeavingMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly reason: string | null
}

/** What became of it. */
export interface LeftMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly errorCode: number
}

export const NO_BYTES: Buffer = Buffer.alloc(0)
