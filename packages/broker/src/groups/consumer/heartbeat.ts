// ConsumerGroupHeartbeat: the one request by which members of a consumer group join, live, follow their assignment and
// leave (KIP-848). Nothing is parked: each heartbeat does one step and is answered.

import { KafkaError } from '@samsa/protocol'
import type { Turn } from '../../coordinators/state-machine.ts'
import { isSubset, samePartitions, toLists } from './assignment.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import {
  type ConsumerMember,
  JOIN_EPOCH,
  type MemberMetadata,
  newMember,
  sameMetadata,
  sameNames,
  STATIC_LEAVE_EPOCH,
} from './consumer-member.ts'
import type { ConsumerContext } from './context.ts'
import { mustStartOver } from './current-assignment.ts'
import { endConsumerTimeouts, keepConsumerSession } from './member-timeouts.ts'
import type { ConsumerHeartbeat, ConsumerHeartbeatAnswer } from './messages.ts'
import { reconcileMember } from './reconcile-member.ts'
import { compileRegex } from './regex/automaton.ts'
import { refreshGroup } from './refresh.ts'

/** A member joins or lives. Throws the KafkaError of a refusal before anything is written. */
export function consumerHeartbeat(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
  request: ConsumerHeartbeat,
): ConsumerHeartbeatAnswer {
  const { groupId } = group
  const before = memberBefore(context, turn, group, request)
  const { member, replaces } = before
  const metadata = updatedMetadata(member, request)
  if (metadata.subscribedTopicRegex !== '' && !group.regexes.has(metadata.subscribedTopicRegex)) {
    compileRegex(metadata.subscribedTopicRegex)
  }
  if (replaces !== undefined) replaceStaticMember(context, turn, group, replaces, member)
  const known = group.members.get(request.memberId)
  if (known === undefined || !sameMetadata(known, metadata)) {
    const { memberId } = request
    context.write(turn, group, { kind: 'member', groupId, memberId, value: metadata })
  }
  if (known === undefined || replaces !== undefined) {
    const reason = replaces === undefined ? 'A member joined.' : 'A static member came back.'
    const event = { memberId: request.memberId, reason, request: 'ConsumerGroupHeartbeat' }
    context.explanations.note(groupId, { atMs: turn.nowMs, kind: 'joined', ...event })
  }
  const hasNamesChanged = !sameNames(member.subscribedTopicNames, metadata.subscribedTopicNames)
  const hasRegexChanged = member.subscribedTopicRegex !== metadata.subscribedTopicRegex
  const hasSubscriptionChanged = hasNamesChanged || hasRegexChanged
  refreshGroup(context, turn, group, {
    memberId: request.memberId,
    hasSubscriptionChanged,
    mayDescribe: (topic) => request.mayDescribe(topic),
    request: 'ConsumerGroupHeartbeat',
  })
  const after = reconcileMember(context, turn, group, request.memberId, {
    hasSubscriptionChanged,
    owned: request.owned,
  })
  keepConsumerSession(context, turn, request)
  const isFullRequest =
    request.rebalanceTimeoutMs !== -1 &&
    (request.subscribedTopicNames !== null || request.subscribedTopicRegex !== null) &&
    request.owned !== null
  const isTold =
    request.memberEpoch === JOIN_EPOCH ||
    isFullRequest ||
    !samePartitions(member.assigned, after.assigned)
  return {
    memberId: request.memberId,
    memberEpoch: after.memberEpoch,
    heartbeatIntervalMs: context.settings.ofConsumerGroup(groupId).heartbeatIntervalMs,
    assignment: isTold ? toLists(after.assigned) : null,
  }
}

/** A member leaves, for good or (static, epoch -2) for a while. */
export function leaveConsumerGroup(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
  request: ConsumerHeartbeat,
): ConsumerHeartbeatAnswer {
  const { groupId, memberId, instanceId, memberEpoch } = request
  const member =
    instanceId === null ? group.members.get(memberId) : staticMember(context, turn, group, request)
  if (member === undefined) throw unknownMember(group, memberId)
  if (instanceId !== null && memberEpoch === STATIC_LEAVE_EPOCH) {
    const { previousMemberEpoch, state, assigned } = member
    const progress = { previousMemberEpoch, state, assigned, memberEpoch: STATIC_LEAVE_EPOCH }
    const value = { ...progress, pendingRevocation: new Map() }
    context.write(turn, group, { kind: 'current-member', groupId, memberId, value })
    const reason = `Static member ${instanceId} left and may come back.`
    const event = { memberId, reason, request: 'ConsumerGroupHeartbeat' }
    context.explanations.note(groupId, { atMs: turn.nowMs, kind: 'left', ...event })
  } else {
    const request = 'ConsumerGroupHeartbeat'
    context.fence(turn, group, member.memberId, { kind: 'left', reason: 'It left.', request })
  }
  return { memberId, memberEpoch, heartbeatIntervalMs: 0, assignment: null }
}

function unknownMember(group: ConsumerGroup, memberId: string): KafkaError {
  const message = `Member ${memberId} is not a member of group ${group.groupId}.`
  return new KafkaError('UNKNOWN_MEMBER_ID', message)
}

/** The member a heartbeat is from, as it is now; a new one if it joins. */
function memberBefore(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
  request: ConsumerHeartbeat,
): { member: ConsumerMember; replaces: ConsumerMember | undefined } {
  const { memberId, memberEpoch, instanceId } = request
  const isJoining = memberEpoch === JOIN_EPOCH
  const isFull = group.members.size >= context.settings.consumerMaxSize
  if (isFull && !group.members.has(memberId)) {
    const message = `The consumer group has reached its maximum capacity of ${context.settings.consumerMaxSize} members.`
    throw new KafkaError('GROUP_MAX_SIZE_REACHED', message)
  }
  if (instanceId !== null && isJoining) {
    const former = group.staticMember(instanceId)
    if (former !== undefined && former.memberId !== memberId) {
      if (former.memberEpoch !== STATIC_LEAVE_EPOCH) {
        const message = `Static member ${memberId} with instance id ${instanceId} cannot join: the instance is still member ${former.memberId}.`
        throw new KafkaError('UNRELEASED_INSTANCE_ID', message)
      }
      const member = { ...former, memberId, memberEpoch: 0, previousMemberEpoch: 0 }
      return { member, replaces: former }
    }
  }
  const member =
    instanceId === null || isJoining
      ? group.members.get(memberId)
      : staticMember(context, turn, group, request)
  if (member !== undefined && mustStartOver(member, request.owned)) {
    const message =
      'The state of the member is not known: it must abandon its partitions and rejoin.'
    throw new KafkaError('FENCED_MEMBER_EPOCH', message)
  }
  if (member !== undefined) checkEpoch(context, turn, group, member, request)
  else if (!isJoining) throw unknownMember(group, memberId)
  return { member: member ?? newMember(memberId), replaces: undefined }
}

function staticMember(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
  { memberId, instanceId }: ConsumerHeartbeat,
): ConsumerMember {
  const member = group.staticMember(instanceId ?? '')
  if (member === undefined) {
    const message = `Instance id ${instanceId} is unknown.`
    throw new KafkaError('UNKNOWN_MEMBER_ID', message)
  }
  if (member.memberId !== memberId) {
    const reason = `Instance ${instanceId} is member ${member.memberId} by now, not ${memberId}.`
    throw fenced(context, turn, group, memberId, new KafkaError('FENCED_INSTANCE_ID', reason))
  }
  return member
}

/** A member at another epoch has missed something: it is fenced, unless only the last answer was lost. */
function checkEpoch(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
  member: ConsumerMember,
  { memberEpoch, owned }: ConsumerHeartbeat,
): void {
  if (memberEpoch === JOIN_EPOCH || memberEpoch === member.memberEpoch) return
  const isGreater = memberEpoch > member.memberEpoch
  const hasMissedAnswer =
    !isGreater && memberEpoch === member.previousMemberEpoch && isSubset(owned, member.assigned)
  if (hasMissedAnswer) return
  const message = `The consumer group member has a ${isGreater ? 'greater' : 'smaller'} member epoch (${memberEpoch}) than the one known by the group coordinator (${member.memberEpoch}). The member must abandon all its partitions and rejoin.`
  throw fenced(
    context,
    turn,
    group,
    member.memberId,
    new KafkaError('FENCED_MEMBER_EPOCH', message),
  )
}

function fenced(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
  memberId: string,
  error: KafkaError,
): KafkaError {
  const event = { memberId, reason: error.message, request: 'ConsumerGroupHeartbeat' }
  context.explanations.note(group.groupId, { atMs: turn.nowMs, kind: 'fenced', ...event })
  return error
}

function updatedMetadata(member: ConsumerMember, request: ConsumerHeartbeat): MemberMetadata {
  const names = request.subscribedTopicNames
  return {
    instanceId: request.instanceId ?? member.instanceId,
    rackId: request.rackId ?? member.rackId,
    clientId: request.clientId,
    clientHost: request.clientHost,
    subscribedTopicNames: names === null ? member.subscribedTopicNames : [...new Set(names)].sort(),
    subscribedTopicRegex: request.subscribedTopicRegex ?? member.subscribedTopicRegex,
    rebalanceTimeoutMs:
      request.rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : request.rebalanceTimeoutMs,
    serverAssignor: request.serverAssignor ?? member.serverAssignor,
    classic: null,
  }
}

/** A static member takes over what its former self had, under a new id. */
export function replaceStaticMember(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
  former: ConsumerMember,
  member: ConsumerMember,
): void {
  const { groupId } = group
  const target = group.target(former.memberId)
  writeRemoval(context, turn, group, former.memberId)
  const { memberId } = member
  context.write(turn, group, { kind: 'member', groupId, memberId, value: member })
  context.write(turn, group, { kind: 'target-member', groupId, memberId, value: target })
  context.write(turn, group, { kind: 'current-member', groupId, memberId, value: member })
}

/** Writes the tombstones of a member. */
export function writeRemoval(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
  memberId: string,
): void {
  const { groupId } = group
  endConsumerTimeouts(turn, { groupId, memberId })
  context.write(turn, group, { kind: 'current-member', groupId, memberId, value: null })
  context.write(turn, group, { kind: 'target-member', groupId, memberId, value: null })
  context.write(turn, group, { kind: 'member', groupId, memberId, value: null })
}
