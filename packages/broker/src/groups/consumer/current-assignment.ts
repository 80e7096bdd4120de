// Reconciliation: the next step of one member towards its target assignment (KIP-848). A member first gives up what it
// should not have, then is given what nobody else holds any more. Invariant: no partition is given to a member while
// another one may still have it.

import type { AssignedPartitions, Assignment, PartitionLists } from './assignment.ts'
import type { ConsumerMember, MemberProgress, MemberState } from './consumer-member.ts'

/** What the next step depends on besides the member. */
export interface ReconciliationInput {
  readonly targetEpoch: number
  readonly target: Assignment
  /** What the client reports to own; null when it does not say. */
  readonly owned: PartitionLists | null
  readonly hasSubscriptionChanged: boolean
  /** Whether the member subscribes to the topic, by name or by a resolved expression. */
  isSubscribedTo(topicId: string): boolean
  /** Whether any member, this one included, has the partition or was not seen giving it up. */
  isHeld(topicId: string, partition: number): boolean
}

/** Where the member stands after this heartbeat. */
export function reconcile(member: ConsumerMember, input: ReconciliationInput): MemberProgress {
  switch (member.state) {
    case 'stable':
      if (member.memberEpoch !== input.targetEpoch) {
        return nextAssignment(member, member.memberEpoch, input)
      }
      return input.hasSubscriptionChanged ? withoutUnsubscribed(member, input) : member
    case 'unrevoked-partitions':
      if (ownsAny(input.owned, member.pendingRevocation)) {
        return input.hasSubscriptionChanged ? withoutUnsubscribed(member, input) : member
      }
      return nextAssignment(member, member.memberEpoch, input)
    case 'unreleased-partitions':
      return nextAssignment(member, member.memberEpoch, input)
    case 'unknown':
      // A state of a newer broker: what the client had is none of ours, see `mustStartOver`.
      return nextAssignment(member, input.targetEpoch, input)
  }
}

/** A member in a state of a newer broker has to give up everything before it can be reconciled. */
export function mustStartOver(member: ConsumerMember, owned: PartitionLists | null): boolean {
  return member.state === 'unknown' && (owned === null || owned.length > 0)
}

/** Whether the client still reports one of these partitions. One that does not report is taken to own them all. */
function ownsAny(owned: PartitionLists | null, partitions: AssignedPartitions): boolean {
  if (owned === null) return true
  return owned.some(({ topicId, partitions: list }) =>
    list.some((partition) => partitions.get(topicId)?.has(partition) === true),
  )
}

/** Takes away what the member does not subscribe to any more, without going to another epoch. */
function withoutUnsubscribed(member: ConsumerMember, input: ReconciliationInput): MemberProgress {
  const assigned = new Map<string, ReadonlyMap<number, number>>()
  const revoked = new Map(member.pendingRevocation)
  for (const [topicId, partitions] of member.assigned) {
    if (input.isSubscribedTo(topicId)) assigned.set(topicId, partitions)
    else revoked.set(topicId, new Map([...(revoked.get(topicId) ?? []), ...partitions]))
  }
  if (assigned.size === member.assigned.size) return member
  const { memberEpoch } = member
  const step = { memberEpoch, previousMemberEpoch: memberEpoch, assigned }
  if (revoked.size > 0 && ownsAny(input.owned, revoked)) {
    return { ...step, state: 'unrevoked-partitions', pendingRevocation: revoked }
  }
  return { ...step, state: member.state, pendingRevocation: member.pendingRevocation }
}

function nextAssignment(
  member: ConsumerMember,
  memberEpoch: number,
  input: ReconciliationInput,
): MemberProgress {
  const assigned = new Map<string, Map<number, number>>()
  const revoked = new Map<string, Map<number, number>>()
  const given = new Map<string, Set<number>>()
  let waits = false
  for (const topicId of new Set([...input.target.keys(), ...member.assigned.keys()])) {
    const target = input.isSubscribedTo(topicId) ? input.target.get(topicId) : undefined
    const current = member.assigned.get(topicId)
    for (const [partition, epoch] of current ?? []) {
      put(target?.has(partition) === true ? assigned : revoked, topicId, partition, epoch)
    }
    for (const partition of target ?? []) {
      if (current?.has(partition) === true) continue
      const isOwn = member.pendingRevocation.get(topicId)?.has(partition) === true
      if (input.isHeld(topicId, partition) && !isOwn) {
        waits = true
      } else {
        const partitions = given.get(topicId)
        if (partitions === undefined) given.set(topicId, new Set([partition]))
        else partitions.add(partition)
      }
    }
  }
  const previousMemberEpoch = member.memberEpoch
  if (revoked.size > 0 && ownsAny(input.owned, revoked)) {
    // It stays at its epoch until the client has given these up.
    const state: MemberState = 'unrevoked-partitions'
    return { memberEpoch, previousMemberEpoch, state, assigned, pendingRevocation: revoked }
  }
  for (const [topicId, partitions] of given) {
    for (const partition of partitions) put(assigned, topicId, partition, input.targetEpoch)
  }
  return {
    memberEpoch: input.targetEpoch,
    previousMemberEpoch,
    state: waits ? 'unreleased-partitions' : 'stable',
    assigned,
    pendingRevocation: new Map(),
  }
}

function put(
  map: Map<string, Map<number, number>>,
  topicId: string,
  partition: number,
  epoch: number,
): void {
  const partitions = map.get(topicId)
  if (partitions === undefined) map.set(topicId, new Map([[partition, epoch]]))
  else partitions.set(partition, epoch)
}
