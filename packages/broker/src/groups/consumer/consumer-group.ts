// A consumer group (KIP-848): everything about it is in records, and a change of state is a record applied. Three
// epochs drive it: the group's (what should be assigned has changed), the target assignment's (what was computed last),
// and each member's (how far it has come). Invariant: replaying the records gives the same group.

import type { ConsumerRecord } from '../records/consumer-records.ts'
import { type Assignment, EMPTY_ASSIGNMENT } from './assignment.ts'
import { type ConsumerMember, isReconciledTo, newMember, NO_PROGRESS } from './consumer-member.ts'

/** Where the group stands, as it is shown. */
export type ConsumerGroupStateName = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable'

/** Topics a regular expression matched. */
export interface ResolvedRegex {
  /** Sorted. */
  readonly topics: readonly string[]
  /** Version of the metadata it was resolved against. */
  readonly version: number
  readonly timestampMs: number
}

/** A group of the consumer protocol. */
export class ConsumerGroup {
  readonly type = 'consumer'
  readonly protocolType = 'consumer'
  readonly groupId: string
  groupEpoch = 0
  /** Over names, ids, sizes and racks of the subscribed topics. */
  metadataHash = 0n
  assignmentEpoch = 0
  /** Wall-clock time of the target assignment; 0: there is none yet, or its record does not tell. */
  assignedAtMs = 0
  readonly members = new Map<string, ConsumerMember>()
  readonly targets = new Map<string, Assignment>()
  readonly regexes = new Map<string, ResolvedRegex>()
  /** Version of the metadata at which topics and expressions were last looked at; -1: never in this life. */
  checkedMetadataVersion = -1
  /** A version from before 4.1 left a record that is of no use any more. */
  hasPartitionMetadataRecord = false
  readonly #staticMembers = new Map<string, string>()
  /** Who has a partition, or was not seen giving it up: topic id → partition → member id. */
  readonly #holders = new Map<string, Map<number, string>>()

  constructor(groupId: string) {
    this.groupId = groupId
  }

  get isEmpty(): boolean {
    return this.members.size === 0
  }

  get state(): { readonly kind: ConsumerGroupStateName } {
    if (this.members.size === 0) return { kind: 'Empty' }
    if (this.groupEpoch > this.assignmentEpoch) return { kind: 'Assigning' }
    for (const member of this.members.values()) {
      if (!isReconciledTo(member, this.assignmentEpoch)) return { kind: 'Reconciling' }
    }
    return { kind: 'Stable' }
  }

  staticMember(instanceId: string): ConsumerMember | undefined {
    const memberId = this.#staticMembers.get(instanceId)
    return memberId === undefined ? undefined : this.members.get(memberId)
  }

  target(memberId: string): Assignment {
    return this.targets.get(memberId) ?? EMPTY_ASSIGNMENT
  }

  /** Whether a member has the partition or was not seen giving it up. */
  isHeld(topicId: string, partition: number): boolean {
    return this.#holders.get(topicId)?.has(partition) === true
  }

  /** Topics a member subscribes to, by name and by what its expression has matched. */
  subscriptions(
    member: Pick<ConsumerMember, 'subscribedTopicNames' | 'subscribedTopicRegex'>,
  ): ReadonlySet<string> {
    const resolved = this.regexes.get(member.subscribedTopicRegex)
    return new Set([...member.subscribedTopicNames, ...(resolved?.topics ?? [])])
  }

  isSubscribedTo(topic: string): boolean {
    for (const member of this.members.values()) {
      if (member.subscribedTopicNames.includes(topic)) return true
      if (this.regexes.get(member.subscribedTopicRegex)?.topics.includes(topic) === true)
        return true
    }
    return false
  }

  /** Members that subscribe to an expression. */
  regexSubscribers(regex: string): number {
    let count = 0
    for (const member of this.members.values())
      if (member.subscribedTopicRegex === regex) count += 1
    return count
  }

  /** Whether every member outside `except` speaks the classic protocol. */
  onlyClassicMembersBut(except: ReadonlySet<string>): boolean {
    for (const member of this.members.values()) {
      if (member.classic === null && !except.has(member.memberId)) return false
    }
    return true
  }

  /** Applies a record of this group. The record that ends the group is not for it. */
  apply(record: ConsumerRecord): void {
    switch (record.kind) {
      case 'group-epoch':
        this.groupEpoch = record.value?.epoch ?? 0
        this.metadataHash = record.value?.metadataHash ?? 0n
        return
      case 'partition-metadata':
        this.hasPartitionMetadataRecord = record.value !== null
        return
      case 'member':
        this.#applyMember(record.memberId, record.value)
        return
      case 'target-epoch':
        this.assignmentEpoch = record.value?.assignmentEpoch ?? 0
        this.assignedAtMs = record.value?.timestampMs ?? 0
        return
      case 'target-member':
        if (record.value === null) this.targets.delete(record.memberId)
        else this.targets.set(record.memberId, record.value)
        return
      case 'current-member': {
        // After compaction a member's progress may come before what it said of itself.
        const known = this.members.get(record.memberId)
        if (known === undefined && record.value === null) return
        const member = known ?? newMember(record.memberId)
        this.#put({ ...member, ...(record.value ?? NO_PROGRESS) })
        return
      }
      case 'regex':
        if (record.value === null) this.regexes.delete(record.regex)
        else this.regexes.set(record.regex, record.value)
    }
  }

  #applyMember(
    memberId: string,
    value: Extract<ConsumerRecord, { kind: 'member' }>['value'],
  ): void {
    const known = this.members.get(memberId)
    if (value !== null) {
      this.#put({ ...(known ?? newMember(memberId)), ...value })
      if (value.instanceId !== null) this.#staticMembers.set(value.instanceId, memberId)
      return
    }
    if (known === undefined) return
    this.#release(known)
    this.members.delete(memberId)
    const { instanceId } = known
    if (instanceId !== null && this.#staticMembers.get(instanceId) === memberId) {
      this.#staticMembers.delete(instanceId)
    }
  }

  #put(member: ConsumerMember): void {
    const known = this.members.get(member.memberId)
    if (known !== undefined) this.#release(known)
    this.members.set(member.memberId, member)
    for (const held of [member.assigned, member.pendingRevocation]) {
      for (const [topicId, partitions] of held) {
        const holders = this.#holders.get(topicId) ?? new Map<number, string>()
        this.#holders.set(topicId, holders)
        for (const partition of partitions.keys()) holders.set(partition, member.memberId)
      }
    }
  }

  #release(member: ConsumerMember): void {
    for (const held of [member.assigned, member.pendingRevocation]) {
      for (const [topicId, partitions] of held) {
        const holders = this.#holders.get(topicId)
        if (holders === undefined) continue
        for (const partition of partitions.keys()) {
          if (holders.get(partition) === member.memberId) holders.delete(partition)
        }
        if (holders.size === 0) this.#holders.delete(topicId)
      }
    }
  }
}
