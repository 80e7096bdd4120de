// JoinGroup: how members come into a classic group, come back to it, and are turned away.

import { errorCode, KafkaError } from '@samsa/protocol'
import type { Turn, Waiter } from '../../coordinators/state-machine.ts'
import type { ClassicGroup } from './classic-group.ts'
import { ClassicMember } from './classic-member.ts'
import type { JoinGroup, JoinGroupAnswer } from './messages.ts'
import {
  type ClassicContext,
  completeJoinIfAllJoined,
  endSession,
  generationAnswer,
  keepSession,
  prepareRebalance,
  rebalanceOrComplete,
  refusedJoin,
} from './rebalance.ts'

/** A newcomer whose JoinGroup is parked cannot heartbeat; this is how long it is believed to be there. */
const NEW_MEMBER_JOIN_TIMEOUT_MS = 5 * 60_000

/** Answers a JoinGroup, or parks it until the join phase is over. */
export function joinGroup(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  request: JoinGroup,
  waiter: Waiter<JoinGroupAnswer>,
): void {
  const { memberId } = request
  if (!acceptsMember(context, group, memberId)) {
    // Kafka forgets the id too, so that the group does not wait for somebody it turned away.
    if (memberId !== '') {
      endSession(turn, group, memberId)
      group.remove(memberId)
      completeJoinIfAllJoined(context, turn, group)
    }
    turn.answer(waiter, refusedJoin('', errorCode('GROUP_MAX_SIZE_REACHED')))
  } else if (!group.supports(request.protocolType, request.protocols)) {
    turn.answer(waiter, refusedJoin(memberId, errorCode('INCONSISTENT_GROUP_PROTOCOL')))
  } else if (memberId === '') {
    joinAsNewMember(context, turn, group, request, waiter)
  } else if (group.pendingMembers.has(memberId)) {
    addMember(context, turn, group, { request, memberId, waiter })
  } else {
    rejoin(context, turn, group, request, waiter)
  }
}

/** Whether `group.max.size` leaves room. While a rebalance is prepared, those count who have joined already. */
function acceptsMember(context: ClassicContext, group: ClassicGroup, memberId: string): boolean {
  const { maxSize } = context.settings
  switch (group.state.kind) {
    case 'Empty':
      return true
    case 'PreparingRebalance':
      if (group.members.get(memberId)?.awaitingJoin !== undefined) return true
      return group.awaitingJoinCount < maxSize
    default:
      return group.members.has(memberId) || group.members.size < maxSize
  }
}

function joinAsNewMember(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  request: JoinGroup,
  waiter: Waiter<JoinGroupAnswer>,
): void {
  const { groupInstanceId } = request
  const memberId = `${groupInstanceId ?? request.clientId}-${turn.newId()}`
  if (groupInstanceId !== null) {
    const oldMemberId = group.staticMembers.get(groupInstanceId)
    if (oldMemberId === undefined) addMember(context, turn, group, { request, memberId, waiter })
    else replaceStaticMember(context, turn, group, { request, oldMemberId, memberId, waiter })
    return
  }
  if (!request.requiresKnownMemberId) {
    addMember(context, turn, group, { request, memberId, waiter })
    return
  }
  group.pendingMembers.add(memberId)
  keepSession(context, turn, group, { memberId, sessionTimeoutMs: request.sessionTimeoutMs })
  turn.answer(waiter, refusedJoin(memberId, errorCode('MEMBER_ID_REQUIRED')))
}

interface Joining {
  readonly request: JoinGroup
  readonly memberId: string
  readonly waiter: Waiter<JoinGroupAnswer>
}

function addMember(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  { request, memberId, waiter }: Joining,
): void {
  const member = new ClassicMember({ ...request, memberId })
  member.isNew = true
  if (group.state.kind === 'PreparingRebalance') group.state.newMemberAdded = true
  group.add(member, request.protocolType, waiter)
  keepSession(context, turn, group, member, NEW_MEMBER_JOIN_TIMEOUT_MS)
  context.explanations.note(group.groupId, {
    atMs: turn.nowMs,
    kind: 'joined',
    memberId,
    reason: request.reason ?? 'not provided',
    request: 'JoinGroup',
  })
  const reason = `A member joined; its reason: ${request.reason ?? 'not provided'}.`
  rebalanceOrComplete(context, turn, group, { reason, memberId, request: 'JoinGroup' })
}

/** A member the group knows joins again. */
function rejoin(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  request: JoinGroup,
  waiter: Waiter<JoinGroupAnswer>,
): void {
  const { memberId } = request
  const member = knownMember(context, turn, group, request, waiter)
  if (member === undefined) return
  const isLeader = group.leaderId === memberId
  const changed = !member.matches(request.protocols)
  let reason: string | undefined
  switch (group.state.kind) {
    case 'Empty':
      turn.answer(waiter, refusedJoin(memberId, errorCode('UNKNOWN_MEMBER_ID')))
      return
    case 'PreparingRebalance':
      reason = 'A member joined again while the rebalance was prepared'
      break
    case 'CompletingRebalance':
      // With the same metadata it may just have missed the answer.
      if (changed) reason = 'A member changed its metadata before it had synced'
      break
    case 'Stable':
      // The leader does so when topics changed, which its own metadata does not show.
      if (isLeader) reason = 'The leader joined again'
      else if (changed) reason = 'A member changed its metadata'
      break
  }
  if (reason === undefined) {
    const members =
      isLeader && group.state.kind === 'CompletingRebalance' ? group.joinedMembers() : []
    turn.answer(waiter, generationAnswer(group, memberId, members))
    return
  }
  group.update(member, request, waiter)
  rebalanceOrComplete(context, turn, group, {
    reason: `${reason}; its reason: ${request.reason ?? 'not provided'}.`,
    memberId,
    request: 'JoinGroup',
  })
}

function knownMember(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  request: JoinGroup,
  waiter: Waiter<JoinGroupAnswer>,
): ClassicMember | undefined {
  try {
    return group.member(request.memberId, request.groupInstanceId)
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    noteFenced(context, turn, group.groupId, request.memberId, error, 'JoinGroup')
    turn.answer(waiter, refusedJoin(request.memberId, error.code))
    return undefined
  }
}

/** Remembers that a member was fenced, by its instance or by a generation that is over, and why. */
export function noteFenced(
  context: ClassicContext,
  turn: Turn,
  groupId: string,
  memberId: string,
  error: KafkaError,
  request: string,
): void {
  if (error.name !== 'FENCED_INSTANCE_ID' && error.name !== 'ILLEGAL_GENERATION') return
  const event = {
    atMs: turn.nowMs,
    kind: 'fenced',
    memberId,
    reason: error.message,
    request,
  } as const
  context.explanations.note(groupId, event)
}

/**
 * A static member restarted (KIP-345): it takes the place and the assignment of its former self under a new id. In a
 * stable group nobody else notices, unless another protocol would be chosen now.
 */
function replaceStaticMember(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  { request, oldMemberId, memberId, waiter }: Joining & { readonly oldMemberId: string },
): void {
  const groupInstanceId = request.groupInstanceId ?? ''
  const formerLeader = group.leaderId ?? ''
  endSession(turn, group, oldMemberId)
  const member = group.replaceStaticMember(
    turn,
    { groupInstanceId, oldMemberId, newMemberId: memberId },
    {
      join: refusedJoin(oldMemberId, errorCode('FENCED_INSTANCE_ID')),
      syncErrorCode: errorCode('FENCED_INSTANCE_ID'),
    },
  )
  if (member === undefined) return
  context.explanations.note(group.groupId, {
    atMs: turn.nowMs,
    kind: 'fenced',
    memberId: oldMemberId,
    reason: `Instance ${groupInstanceId} joined again and is member ${memberId} now.`,
    request: 'JoinGroup',
  })
  group.update(member, request, waiter)
  keepSession(context, turn, group, member)
  const reason = `Static member ${groupInstanceId} joined under a new id.`
  const cause = { reason, memberId, request: 'JoinGroup' }
  if (group.state.kind === 'CompletingRebalance') {
    // The leader may be assigning to the old id right now.
    prepareRebalance(context, turn, group, cause)
  } else if (group.state.kind !== 'Stable') {
    completeJoinIfAllJoined(context, turn, group)
  } else if (group.selectProtocol() !== group.protocolName) {
    rebalanceOrComplete(context, turn, group, cause)
  } else {
    keepGeneration(context, turn, group, { request, member, formerLeader })
  }
}

/** A static member takes its place in a stable group: the new id is written, the assignment stays. */
function keepGeneration(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  {
    request,
    member,
    formerLeader,
  }: { readonly request: JoinGroup; readonly member: ClassicMember; readonly formerLeader: string },
): void {
  const { memberId } = member
  const isLeader = group.leaderId === memberId
  context.writeGroup(turn, group)
  if (request.supportsSkippingAssignment) {
    const members = isLeader ? group.joinedMembers() : []
    const answer = generationAnswer(group, memberId, members)
    group.answerJoin(turn, member, { ...answer, skipAssignment: isLeader })
  } else {
    // Told of a leader that is not itself, an old client does not assign again.
    const answer = generationAnswer(group, memberId, [])
    group.answerJoin(turn, member, { ...answer, leader: formerLeader })
  }
}
