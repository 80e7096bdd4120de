// A classic group: its members, its generation, and where it stands in the rebalance protocol.
//
//   Empty ──join──▶ PreparingRebalance ──all joined, or timeout──▶ CompletingRebalance ──leader's sync──▶ Stable
//     ▲                  │      ▲                                        │                                │
//     └──nobody came─────┘      └────────────join, leave, timeout────────┴────────────────────────────────┘
//
// Invariant: the leader is a member; every member's awaited answer is counted; a static instance id names one member.

import { KafkaError } from '@samsa/protocol'
import type { Turn, Waiter } from '../../coordinators/state-machine.ts'
import type { ClassicMember } from './classic-member.ts'
import type { GroupProtocol, JoinedMember, JoinGroupAnswer } from './messages.ts'
import { parseSubscribedTopics } from './subscription.ts'

/** Protocol type of consumers; the only one whose metadata the coordinator understands. */
export const CONSUMER_PROTOCOL_TYPE = 'consumer'

/** Where the group stands. */
export type ClassicGroupState =
  | { readonly kind: 'Empty' }
  | {
      readonly kind: 'PreparingRebalance'
      /** The group was empty: more members are waited for, even when all have joined. */
      readonly isInitial: boolean
      /** Somebody joined since the initial delay was last extended. */
      newMemberAdded: boolean
    }
  | { readonly kind: 'CompletingRebalance' }
  | { readonly kind: 'Stable' }

/** A group of the classic protocol. */
export class ClassicGroup {
  readonly type = 'classic'
  readonly groupId: string
  state: ClassicGroupState = { kind: 'Empty' }
  generationId = 0
  protocolType: string | null = null
  protocolName: string | null = null
  leaderId: string | null = null
  /** Wall-clock time at which the state was entered, -1 when the record does not tell. */
  stateSinceMs = -1
  /** In order of joining. */
  readonly members = new Map<string, ClassicMember>()
  /** Member ids by instance id. */
  readonly staticMembers = new Map<string, string>()
  /** Ids handed out with MEMBER_ID_REQUIRED whose owners have not come back yet. */
  readonly pendingMembers = new Set<string>()
  /** Members of this generation that have not sent SyncGroup yet. */
  readonly pendingSync = new Set<string>()
  /** Topics all members are subscribed to; undefined when the coordinator cannot tell. */
  subscribedTopics: ReadonlySet<string> | undefined
  /** How many members support a protocol. */
  readonly #supporters = new Map<string, number>()
  #awaitingJoinCount = 0

  constructor(groupId: string) {
    this.groupId = groupId
  }

  get isEmpty(): boolean {
    return this.state.kind === 'Empty'
  }

  get awaitingJoinCount(): number {
    return this.#awaitingJoinCount
  }

  /** Everybody who was or will be a member has its JoinGroup parked here. */
  get hasAllMembersJoined(): boolean {
    return this.members.size === this.#awaitingJoinCount && this.pendingMembers.size === 0
  }

  /** The most patient member decides. */
  get rebalanceTimeoutMs(): number {
    let timeoutMs = 0
    for (const member of this.members.values()) {
      timeoutMs = Math.max(timeoutMs, member.rebalanceTimeoutMs)
    }
    return timeoutMs
  }

  enter(state: ClassicGroupState, nowMs: number): void {
    this.state = state
    this.stateSinceMs = nowMs
  }

  /** Adds a member; the first one leads and fixes the protocol type. */
  add(
    member: ClassicMember,
    protocolType: string,
    waiter: Waiter<JoinGroupAnswer> | undefined,
  ): void {
    if (this.members.size === 0) this.protocolType = protocolType
    this.leaderId ??= member.memberId
    this.members.set(member.memberId, member)
    if (member.groupInstanceId !== null) {
      this.staticMembers.set(member.groupInstanceId, member.memberId)
    }
    this.pendingMembers.delete(member.memberId)
    this.#count(member.protocols, 1)
    this.#await(member, waiter)
  }

  /** Removes a member or a pending id; another member leads if it was the leader. */
  remove(memberId: string): void {
    this.pendingMembers.delete(memberId)
    this.pendingSync.delete(memberId)
    const member = this.members.get(memberId)
    if (member === undefined) return
    this.members.delete(memberId)
    this.#count(member.protocols, -1)
    this.#await(member, undefined)
    const { groupInstanceId } = member
    if (groupInstanceId !== null && this.staticMembers.get(groupInstanceId) === memberId) {
      this.staticMembers.delete(groupInstanceId)
    }
    if (this.leaderId === memberId) this.leaderId = this.members.keys().next().value ?? null
  }

  /** What a rejoining member says now replaces what it said before. */
  update(
    member: ClassicMember,
    now: {
      readonly protocols: readonly GroupProtocol[]
      readonly rebalanceTimeoutMs: number
      readonly sessionTimeoutMs: number
    },
    waiter: Waiter<JoinGroupAnswer> | undefined,
  ): void {
    this.#count(member.protocols, -1)
    member.protocols = now.protocols
    this.#count(member.protocols, 1)
    member.rebalanceTimeoutMs = now.rebalanceTimeoutMs
    member.sessionTimeoutMs = now.sessionTimeoutMs
    this.#await(member, waiter)
  }

  /** A static member came back under a new id: the old one is fenced, its parked requests are refused. */
  replaceStaticMember(
    turn: Turn,
    ids: {
      readonly groupInstanceId: string
      readonly oldMemberId: string
      readonly newMemberId: string
    },
    fenced: { readonly join: JoinGroupAnswer; readonly syncErrorCode: number },
  ): ClassicMember | undefined {
    const member = this.members.get(ids.oldMemberId)
    if (member === undefined) return undefined
    this.answerJoin(turn, member, fenced.join)
    this.answerSync(turn, member, fenced.syncErrorCode)
    const wasPendingSync = this.pendingSync.delete(ids.oldMemberId)
    this.members.delete(ids.oldMemberId)
    member.memberId = ids.newMemberId
    this.members.set(ids.newMemberId, member)
    if (wasPendingSync) this.pendingSync.add(ids.newMemberId)
    if (this.leaderId === ids.oldMemberId) this.leaderId = ids.newMemberId
    this.staticMembers.set(ids.groupInstanceId, ids.newMemberId)
    return member
  }

  /** Answers a parked JoinGroup, if there is one. */
  answerJoin(turn: Turn, member: ClassicMember, answer: JoinGroupAnswer): void {
    const waiter = member.awaitingJoin
    if (waiter === undefined) return
    this.#await(member, undefined)
    turn.answer(waiter, answer)
  }

  /** Answers a parked SyncGroup, if there is one: with the member's assignment, or an error. Says whether there was. */
  answerSync(turn: Turn, member: ClassicMember, errorCode: number): boolean {
    const waiter = member.awaitingSync
    if (waiter === undefined) return false
    member.awaitingSync = undefined
    const failed = errorCode !== 0
    turn.answer(waiter, {
      errorCode,
      protocolType: failed ? null : this.protocolType,
      protocolName: failed ? null : this.protocolName,
      assignment: member.assignment,
    })
    return true
  }

  /** Throws UNKNOWN_MEMBER_ID, or FENCED_INSTANCE_ID when the instance id belongs to another member id by now. */
  member(memberId: string, groupInstanceId: string | null): ClassicMember {
    if (groupInstanceId !== null) {
      const current = this.staticMembers.get(groupInstanceId)
      if (current !== undefined && current !== memberId) {
        const message = `Instance ${groupInstanceId} is member ${current} by now, not ${memberId}.`
        throw new KafkaError('FENCED_INSTANCE_ID', message)
      }
      if (current === undefined) {
        throw new KafkaError('UNKNOWN_MEMBER_ID', `The group has no instance ${groupInstanceId}.`)
      }
    }
    const member = this.members.get(memberId)
    if (member === undefined) {
      throw new KafkaError('UNKNOWN_MEMBER_ID', `The group has no member ${memberId}.`)
    }
    return member
  }

  /** Whether a member with these protocols can live with the others. */
  supports(protocolType: string, protocols: readonly GroupProtocol[]): boolean {
    if (this.isEmpty) return protocolType !== '' && protocols.length > 0
    if (this.protocolType !== protocolType) return false
    return protocols.some(({ name }) => this.#supporters.get(name) === this.members.size)
  }

  /** The protocol all members support that most of them like best. */
  selectProtocol(): string | null {
    const candidates = new Set<string>()
    for (const [name, supporters] of this.#supporters) {
      if (supporters === this.members.size) candidates.add(name)
    }
    const votes = new Map<string, number>()
    for (const member of this.members.values()) {
      const name = member.vote(candidates)
      if (name !== undefined) votes.set(name, (votes.get(name) ?? 0) + 1)
    }
    let selected: string | null = null
    for (const [name, count] of votes) {
      if (selected === null || count > (votes.get(selected) ?? 0)) selected = name
    }
    return selected
  }

  /** Begins the next generation with whoever is here. */
  nextGeneration(nowMs: number): void {
    this.generationId += 1
    this.pendingSync.clear()
    if (this.members.size === 0) {
      this.protocolName = null
      this.enter({ kind: 'Empty' }, nowMs)
    } else {
      this.protocolName = this.selectProtocol()
      this.enter({ kind: 'CompletingRebalance' }, nowMs)
    }
    this.refreshSubscribedTopics()
  }

  /** If the leader has not rejoined, one who has leads from now on. False when nobody has. */
  electJoinedLeader(): boolean {
    const leader = this.leaderId === null ? undefined : this.members.get(this.leaderId)
    if (leader?.awaitingJoin !== undefined) return true
    for (const member of this.members.values()) {
      if (member.awaitingJoin === undefined) continue
      this.leaderId = member.memberId
      return true
    }
    return false
  }

  /** What the leader is told of everybody. */
  joinedMembers(): JoinedMember[] {
    return Array.from(this.members.values(), (member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      metadata: member.metadata(this.protocolName),
    }))
  }

  refreshSubscribedTopics(): void {
    this.subscribedTopics = undefined
    if (this.protocolType !== CONSUMER_PROTOCOL_TYPE) return
    const topics = new Set<string>()
    for (const member of this.members.values()) {
      const subscribed = parseSubscribedTopics(member.metadata(this.protocolName))
      if (subscribed === undefined) return
      for (const topic of subscribed) topics.add(topic)
    }
    this.subscribedTopics = topics
  }

  /** Whether consumers of this group read the topic; a consumer group that cannot be understood may. */
  isSubscribedTo(topic: string): boolean {
    if (this.subscribedTopics !== undefined) return this.subscribedTopics.has(topic)
    return this.protocolType === CONSUMER_PROTOCOL_TYPE
  }

  #count(protocols: readonly GroupProtocol[], change: 1 | -1): void {
    for (const { name } of protocols) {
      this.#supporters.set(name, (this.#supporters.get(name) ?? 0) + change)
    }
  }

  #await(member: ClassicMember, waiter: Waiter<JoinGroupAnswer> | undefined): void {
    if (member.awaitingJoin !== undefined) this.#awaitingJoinCount -= 1
    member.awaitingJoin = waiter
    if (waiter !== undefined) this.#awaitingJoinCount += 1
  }
}
