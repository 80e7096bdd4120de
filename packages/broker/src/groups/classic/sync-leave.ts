// SyncGroup, Heartbeat and LeaveGroup of classic groups.

import { KafkaError } from '@samsa/protocol'
import type { Turn, Waiter } from '../../coordinators/state-machine.ts'
import type { ClassicGroup } from './classic-group.ts'
import { noteFenced } from './join.ts'
import {
  type Heartbeat,
  type LeavingMember,
  type LeftMember,
  NO_BYTES,
  type SyncGroup,
  type SyncGroupAnswer,
} from './messages.ts'
import {
  type ClassicContext,
  completeJoinIfAllJoined,
  endSession,
  keepSession,
  rebalanceAfterRemoval,
  removeMember,
  synced,
} from './rebalance.ts'

/** Answers a SyncGroup, or parks it until the leader has sent the assignments. Throws the KafkaError of a refusal. */
export function syncGroup(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  request: SyncGroup,
  waiter: Waiter<SyncGroupAnswer>,
): void {
  const member = validMember(context, turn, group, request, 'SyncGroup')
  const { protocolType, protocolName } = request
  if (
    (protocolType !== null && protocolType !== group.protocolType) ||
    (protocolName !== null && protocolName !== group.protocolName)
  ) {
    const message = `The group uses ${group.protocolType}/${group.protocolName}.`
    throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL', message)
  }
  switch (group.state.kind) {
    case 'Empty':
      throw new KafkaError('UNKNOWN_MEMBER_ID', 'The group is empty.')
    case 'PreparingRebalance':
      throw new KafkaError('REBALANCE_IN_PROGRESS', 'The group is rebalancing.')
    case 'Stable':
      synced(turn, group, member.memberId)
      member.awaitingSync = waiter
      group.answerSync(turn, member, 0)
      return
    case 'CompletingRebalance':
      synced(turn, group, member.memberId)
      member.awaitingSync = waiter
      if (group.leaderId === member.memberId) assign(context, turn, group, request)
  }
}

/** The leader has assigned: the generation is written, and everybody who waits gets its part. */
function assign(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  request: SyncGroup,
): void {
  const assignments = new Map<string, Buffer>()
  for (const { memberId, assignment } of request.assignments) assignments.set(memberId, assignment)
  for (const member of group.members.values()) {
    member.assignment = assignments.get(member.memberId) ?? NO_BYTES
  }
  group.enter({ kind: 'Stable' }, turn.nowMs)
  context.writeGroup(turn, group)
  context.explanations.note(group.groupId, {
    atMs: turn.nowMs,
    kind: 'assigned',
    memberId: request.memberId,
    reason: `The leader assigned generation ${group.generationId}.`,
    request: 'SyncGroup',
  })
  for (const member of group.members.values()) {
    // A session that ended while the answer was parked was ignored; it begins again.
    if (group.answerSync(turn, member, 0)) keepSession(context, turn, group, member)
  }
}

/** A sign of life. Throws the KafkaError that tells the member what to do. */
export function heartbeat(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  request: Heartbeat,
): void {
  const member = validMember(context, turn, group, request, 'Heartbeat')
  if (group.state.kind === 'Empty') {
    throw new KafkaError('UNKNOWN_MEMBER_ID', 'The group is empty.')
  }
  keepSession(context, turn, group, member)
  if (group.state.kind === 'PreparingRebalance') {
    throw new KafkaError('REBALANCE_IN_PROGRESS', 'The group is rebalancing.')
  }
}

/** Takes members out, each with an answer of its own, then rebalances once. */
export function leaveGroup(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  leaving: readonly LeavingMember[],
): LeftMember[] {
  const left: string[] = []
  const answers = leaving.map((each): LeftMember => {
    const { memberId, groupInstanceId } = each
    const code = leave(context, turn, group, each)
    if (code === 0) left.push(memberId === '' ? (groupInstanceId ?? '') : memberId)
    return { memberId, groupInstanceId, errorCode: code }
  })
  if (left.length > 0) {
    const reason = `Members left: ${left.join(', ')}.`
    const memberId = left[0] ?? ''
    rebalanceAfterRemoval(context, turn, group, { reason, memberId, request: 'LeaveGroup' })
  }
  return answers
}

function leave(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  { memberId, groupInstanceId, reason }: LeavingMember,
): number {
  if (group.pendingMembers.has(memberId)) {
    endSession(turn, group, memberId)
    group.remove(memberId)
    completeJoinIfAllJoined(context, turn, group)
    return 0
  }
  // An administrator removes a static member without knowing its member id.
  const isAdministrative = memberId === '' && groupInstanceId !== null
  const id = isAdministrative ? (group.staticMembers.get(groupInstanceId) ?? '') : memberId
  try {
    const member = group.member(id, groupInstanceId)
    context.explanations.note(group.groupId, {
      atMs: turn.nowMs,
      kind: 'left',
      memberId: member.memberId,
      reason: reason ?? 'not provided',
      request: 'LeaveGroup',
    })
    removeMember(turn, group, member)
    return 0
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    noteFenced(context, turn, group.groupId, memberId, error, 'LeaveGroup')
    return error.code
  }
}

/** The member a request names, if it is of the current generation. */
function validMember(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  request: Heartbeat,
  api: string,
): ReturnType<ClassicGroup['member']> {
  const { memberId, groupInstanceId } = request
  try {
    const member = group.member(memberId, groupInstanceId)
    if (request.generationId !== group.generationId) {
      const { generationId } = request
      const message = `The group is in generation ${group.generationId}, not ${generationId}.`
      throw new KafkaError('ILLEGAL_GENERATION', message)
    }
    return member
  } catch (error) {
    if (error instanceof KafkaError) {
      noteFenced(context, turn, group.groupId, memberId, error, api)
    }
    throw error
  }
}
