// A member of a classic group: what it said when it joined, what it was assigned, and what it waits for.

import type { Waiter } from '../../coordinators/state-machine.ts'
import {
  type GroupProtocol,
  type JoinGroupAnswer,
  NO_BYTES,
  type SyncGroupAnswer,
} from './messages.ts'

/** What a member is made of. */
export interface ClassicMemberFields {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly rebalanceTimeoutMs: number
  readonly sessionTimeoutMs: number
  readonly protocols: readonly GroupProtocol[]
  readonly assignment?: Buffer
}

/** One member. */
export class ClassicMember {
  memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  rebalanceTimeoutMs: number
  sessionTimeoutMs: number
  protocols: readonly GroupProtocol[]
  assignment: Buffer
  /** Its JoinGroup request is parked. Changed only by the group, which counts these. */
  awaitingJoin: Waiter<JoinGroupAnswer> | undefined
  /** Its SyncGroup request is parked. */
  awaitingSync: Waiter<SyncGroupAnswer> | undefined
  /** Joined for the first time and was not answered yet: it cannot heartbeat. */
  isNew = false

  constructor(fields: ClassicMemberFields) {
    this.memberId = fields.memberId
    this.groupInstanceId = fields.groupInstanceId
    this.clientId = fields.clientId
    this.clientHost = fields.clientHost
    this.rebalanceTimeoutMs = fields.rebalanceTimeoutMs
    this.sessionTimeoutMs = fields.sessionTimeoutMs
    this.protocols = fields.protocols
    this.assignment = fields.assignment ?? NO_BYTES
  }

  /** Whether a session timeout removes it: a parked request counts as a sign of life, but not a newcomer's. */
  get isExpirable(): boolean {
    return this.isNew || (this.awaitingJoin === undefined && this.awaitingSync === undefined)
  }

  /** The metadata for a protocol; empty when it does not support it. */
  metadata(protocolName: string | null): Buffer {
    for (const protocol of this.protocols) {
      if (protocol.name === protocolName) return protocol.metadata
    }
    return NO_BYTES
  }

  /** The first of its protocols that is among the candidates. */
  vote(candidates: ReadonlySet<string>): string | undefined {
    return this.protocols.find((protocol) => candidates.has(protocol.name))?.name
  }

  /** Whether these are the protocols it joined with, in order, with the same metadata. */
  matches(protocols: readonly GroupProtocol[]): boolean {
    if (protocols.length !== this.protocols.length) return false
    return protocols.every((protocol, index) => {
      const own = this.protocols[index]
      return own?.name === protocol.name && own.metadata.equals(protocol.metadata)
    })
  }
}
