// The rebalance of a classic group: prepare (everybody is to join again), complete the join phase (a new generation),
// wait for everybody to sync. Whoever does not come in time is out.

import { errorCode } from '@samsa/protocol'
import type { Turn } from '../../coordinators/state-machine.ts'
import type { Explanations } from '../explanations.ts'
import type { GroupSettings } from '../group-settings.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { ClassicMember } from './classic-member.ts'
import { NO_BYTES, type JoinGroupAnswer } from './messages.ts'

/** What the steps of the classic protocol need besides the group. */
export interface ClassicContext {
  readonly settings: GroupSettings
  readonly explanations: Explanations
  /** The classic group of this id; undefined when there is none (any more). */
  classicGroup(groupId: string): ClassicGroup | undefined
  /** Writes the group as it is now. */
  writeGroup(turn: Turn, group: ClassicGroup): void
}

/** Why a rebalance begins. */
export interface Cause {
  readonly reason: string
  readonly memberId?: string
  readonly request?: string
}

const joinKey = (groupId: string): string => `join/${groupId}`
const syncKey = (groupId: string): string => `sync/${groupId}`
const sessionKey = (groupId: string, memberId: string): string => `session/${groupId}/${memberId}`

/** Begins a rebalance if the group is in a state to; otherwise looks whether the one going on can be completed. */
export function rebalanceOrComplete(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  cause: Cause,
): void {
  if (group.state.kind === 'PreparingRebalance') completeJoinIfAllJoined(context, turn, group)
  else prepareRebalance(context, turn, group, cause)
}

/** Begins a rebalance. Members that wait for their assignment are told to join again. */
export function prepareRebalance(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  cause: Cause,
): void {
  const isInitial = group.state.kind === 'Empty'
  if (group.state.kind === 'CompletingRebalance') {
    for (const member of group.members.values()) {
      member.assignment = NO_BYTES
      if (group.answerSync(turn, member, errorCode('REBALANCE_IN_PROGRESS'))) {
        keepSession(context, turn, group, member)
      }
    }
  }
  group.pendingSync.clear()
  turn.cancel(syncKey(group.groupId))
  group.enter({ kind: 'PreparingRebalance', isInitial, newMemberAdded: false }, turn.nowMs)
  context.explanations.note(group.groupId, { atMs: turn.nowMs, kind: 'rebalance', ...cause })
  if (isInitial) {
    const delayMs = context.settings.initialRebalanceDelayMs
    const remainingMs = Math.max(group.rebalanceTimeoutMs - delayMs, 0)
    scheduleInitialJoin(context, turn, group.groupId, delayMs, remainingMs)
  } else if (group.hasAllMembersJoined) {
    completeJoin(context, turn, group)
  } else {
    scheduleJoin(context, turn, group)
  }
}

/** Completes the join phase when nobody is missing; an initial rebalance waits for its delay all the same. */
export function completeJoinIfAllJoined(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
): void {
  const { state } = group
  if (state.kind !== 'PreparingRebalance' || state.isInitial || !group.hasAllMembersJoined) return
  completeJoin(context, turn, group)
}

function scheduleJoin(context: ClassicContext, turn: Turn, group: ClassicGroup): void {
  const { groupId } = group
  turn.schedule(joinKey(groupId), group.rebalanceTimeoutMs, (later) => {
    const current = context.classicGroup(groupId)
    if (current?.state.kind === 'PreparingRebalance') completeJoin(context, later, current)
  })
}

/** As long as new members keep coming the initial rebalance is put off, up to the rebalance timeout. */
function scheduleInitialJoin(
  context: ClassicContext,
  turn: Turn,
  groupId: string,
  delayMs: number,
  remainingMs: number,
): void {
  turn.schedule(joinKey(groupId), delayMs, (later) => {
    const group = context.classicGroup(groupId)
    if (group?.state.kind !== 'PreparingRebalance') return
    if (!group.state.newMemberAdded || remainingMs === 0) {
      completeJoin(context, later, group)
      return
    }
    group.state.newMemberAdded = false
    const nextDelayMs = Math.min(context.settings.initialRebalanceDelayMs, remainingMs)
    scheduleInitialJoin(context, later, groupId, nextDelayMs, Math.max(remainingMs - delayMs, 0))
  })
}

/** Ends the join phase: dynamic members that did not come are out, the others form the next generation. */
function completeJoin(context: ClassicContext, turn: Turn, group: ClassicGroup): void {
  const { groupId } = group
  turn.cancel(joinKey(groupId))
  for (const member of group.members.values()) {
    if (member.awaitingJoin !== undefined || member.groupInstanceId !== null) continue
    group.remove(member.memberId)
    turn.cancel(sessionKey(groupId, member.memberId))
    context.explanations.note(groupId, {
      atMs: turn.nowMs,
      kind: 'removed',
      memberId: member.memberId,
      reason: 'It did not join again before the rebalance timeout.',
    })
  }
  if (!group.electJoinedLeader() && group.members.size > 0) {
    // Only static members are left and none has come back: wait until one does or their sessions end.
    scheduleJoin(context, turn, group)
    return
  }
  group.nextGeneration(turn.nowMs)
  context.explanations.note(groupId, {
    atMs: turn.nowMs,
    kind: 'generation',
    reason: `Generation ${group.generationId} has ${group.members.size} members.`,
  })
  if (group.isEmpty) {
    context.writeGroup(turn, group)
    return
  }
  const joinedMembers = group.joinedMembers()
  for (const member of group.members.values()) {
    const isLeader = member.memberId === group.leaderId
    group.answerJoin(
      turn,
      member,
      generationAnswer(group, member.memberId, isLeader ? joinedMembers : []),
    )
    keepSession(context, turn, group, member)
    member.isNew = false
    group.pendingSync.add(member.memberId)
  }
  scheduleSync(context, turn, group)
}

/** The answer to a JoinGroup in the current generation. */
export function generationAnswer(
  group: ClassicGroup,
  memberId: string,
  members: JoinGroupAnswer['members'],
): JoinGroupAnswer {
  return {
    errorCode: 0,
    generationId: group.generationId,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: group.leaderId ?? '',
    skipAssignment: false,
    memberId,
    members,
  }
}

function scheduleSync(context: ClassicContext, turn: Turn, group: ClassicGroup): void {
  const { groupId, generationId } = group
  turn.schedule(syncKey(groupId), group.rebalanceTimeoutMs, (later) => {
    const current = context.classicGroup(groupId)
    if (current === undefined || current.generationId !== generationId) return
    if (current.state.kind !== 'CompletingRebalance' && current.state.kind !== 'Stable') return
    if (current.pendingSync.size === 0) return
    const missing = [...current.pendingSync]
    for (const memberId of missing) {
      current.remove(memberId)
      later.cancel(sessionKey(groupId, memberId))
    }
    const reason = `No SyncGroup came in time from ${missing.join(', ')}.`
    prepareRebalance(context, later, current, { reason })
  })
}

/** A SyncGroup of this member has come. */
export function synced(turn: Turn, group: ClassicGroup, memberId: string): void {
  group.pendingSync.delete(memberId)
  if (group.pendingSync.size === 0) turn.cancel(syncKey(group.groupId))
}

/** A sign of life: the session lasts another `timeoutMs`, by default the member's session timeout. */
export function keepSession(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  member: Pick<ClassicMember, 'memberId' | 'sessionTimeoutMs'>,
  timeoutMs: number = member.sessionTimeoutMs,
): void {
  const { groupId } = group
  const { memberId } = member
  turn.schedule(sessionKey(groupId, memberId), timeoutMs, (later) => {
    expireMember(context, later, groupId, memberId)
  })
}

export function endSession(turn: Turn, group: ClassicGroup, memberId: string): void {
  turn.cancel(sessionKey(group.groupId, memberId))
}

/** Cancels every timeout of a group that goes away. */
export function endTimeouts(turn: Turn, group: ClassicGroup): void {
  turn.cancel(joinKey(group.groupId))
  turn.cancel(syncKey(group.groupId))
  for (const memberId of group.members.keys()) endSession(turn, group, memberId)
  for (const memberId of group.pendingMembers) endSession(turn, group, memberId)
}

function expireMember(
  context: ClassicContext,
  turn: Turn,
  groupId: string,
  memberId: string,
): void {
  const group = context.classicGroup(groupId)
  if (group === undefined) return
  if (group.pendingMembers.has(memberId)) {
    group.remove(memberId)
    completeJoinIfAllJoined(context, turn, group)
    return
  }
  const member = group.members.get(memberId)
  if (member === undefined || !member.isExpirable) return
  const reason = member.isNew ? 'The join timeout passed.' : 'The session timeout passed.'
  context.explanations.note(groupId, { atMs: turn.nowMs, kind: 'expired', memberId, reason })
  removeMember(turn, group, member)
  rebalanceAfterRemoval(context, turn, group, { reason: `Member expired: ${reason}`, memberId })
}

/** Takes a member out; if its JoinGroup is parked it is told to start over. */
export function removeMember(turn: Turn, group: ClassicGroup, member: ClassicMember): void {
  endSession(turn, group, member.memberId)
  group.answerJoin(turn, member, refusedJoin('', errorCode('UNKNOWN_MEMBER_ID')))
  group.answerSync(turn, member, errorCode('UNKNOWN_MEMBER_ID'))
  group.remove(member.memberId)
}

/** What follows when members have gone. */
export function rebalanceAfterRemoval(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  cause: Cause,
): void {
  if (group.state.kind === 'Empty') return
  rebalanceOrComplete(context, turn, group, cause)
}

/** The answer to a JoinGroup that is refused. */
export function refusedJoin(memberId: string, code: number): JoinGroupAnswer {
  return {
    errorCode: code,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    skipAssignment: false,
    memberId,
    members: [],
  }
}
