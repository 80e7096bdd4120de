// Members of the classic protocol in a consumer group: their JoinGroup, SyncGroup, Heartbeat and LeaveGroup are
// translated into steps of the consumer protocol, so that both kinds share one assignment while a team migrates.

import { errorCode, KafkaError } from '@samsa/protocol'
import type { Turn, Waiter } from '../../coordinators/state-machine.ts'
import type {
  Heartbeat,
  JoinGroup,
  JoinGroupAnswer,
  LeavingMember,
  LeftMember,
  SyncGroup,
  SyncGroupAnswer,
} from '../classic/messages.ts'
import { CONSUMER_PROTOCOL_TYPE } from '../classic/classic-group.ts'
import { refusedJoin } from '../classic/rebalance.ts'
import { withoutEpochs } from './assignment.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import {
  type ClassicMembership,
  type ConsumerMember,
  type MemberMetadata,
  newMember,
  sameMetadata,
  sameNames,
} from './consumer-member.ts'
import { readSubscription, writeAssignment } from './consumer-protocol.ts'
import type { ConsumerContext } from './context.ts'
import { fenceMembers } from './fence.ts'
import { replaceStaticMember } from './heartbeat.ts'
import {
  endClassicRequest,
  endConsumerTimeouts,
  expectClassicRequest,
  keepConsumerSession,
} from './member-timeouts.ts'
import { downgrade, mayDowngrade, type MigrationContext } from './migration.ts'
import { reconcileMember } from './reconcile-member.ts'
import { refreshGroup } from './refresh.ts'

/** A classic member joins, or joins again, and is told the epoch it is brought to as its generation. */
export function joinConsumerGroup(
  context: MigrationContext,
  turn: Turn,
  group: ConsumerGroup,
  request: JoinGroup,
  waiter: Waiter<JoinGroupAnswer>,
): void {
  const isUnknown = request.memberId === ''
  const memberId = isUnknown ? turn.newId() : request.memberId
  if (group.members.size >= context.settings.consumerMaxSize && !group.members.has(memberId)) {
    throw new KafkaError('GROUP_MAX_SIZE_REACHED', 'The consumer group is full.')
  }
  checkProtocols(group, memberId, request)
  const { groupInstanceId } = request
  if (isUnknown && groupInstanceId === null && request.requiresKnownMemberId) {
    turn.answer(waiter, refusedJoin(memberId, errorCode('MEMBER_ID_REQUIRED')))
    return
  }
  const former = groupInstanceId === null ? undefined : group.staticMember(groupInstanceId)
  if (groupInstanceId !== null && !isUnknown) checkInstance(group, memberId, groupInstanceId)
  const [protocol] = request.protocols
  const subscription = readSubscription(context.topics, protocol?.metadata ?? Buffer.alloc(0))
  const replaces = former !== undefined && former.memberId !== memberId ? former : undefined
  const before: ConsumerMember =
    replaces === undefined
      ? (group.members.get(memberId) ?? newMember(memberId))
      : { ...replaces, memberId, memberEpoch: 0, previousMemberEpoch: 0 }
  if (replaces !== undefined) replaceStaticMember(context, turn, group, replaces, before)
  const metadata: MemberMetadata = {
    instanceId: groupInstanceId ?? before.instanceId,
    rackId: subscription.rackId ?? before.rackId,
    clientId: request.clientId,
    clientHost: request.clientHost,
    subscribedTopicNames: subscription.topics,
    subscribedTopicRegex: '',
    rebalanceTimeoutMs: request.rebalanceTimeoutMs,
    serverAssignor: before.serverAssignor,
    classic: { sessionTimeoutMs: request.sessionTimeoutMs, protocols: request.protocols },
  }
  const { groupId } = group
  const known = group.members.get(memberId)
  if (known === undefined || !sameMetadata(known, metadata)) {
    context.write(turn, group, { kind: 'member', groupId, memberId, value: metadata })
  }
  const hasSubscriptionChanged =
    !sameNames(before.subscribedTopicNames, metadata.subscribedTopicNames) ||
    before.subscribedTopicRegex !== ''
  const becomesClassic = replaces !== undefined && mayDowngrade(context, group, new Set())
  refreshGroup(context, turn, group, {
    memberId,
    hasSubscriptionChanged,
    mayDescribe: () => true,
    request: 'JoinGroup',
  })
  const { owned } = subscription
  const after = reconcileMember(context, turn, group, memberId, { hasSubscriptionChanged, owned })
  endClassicRequest(turn, { groupId, memberId }, 'join')
  if (becomesClassic) {
    endConsumerTimeouts(turn, { groupId, memberId })
    downgrade(context, turn, group, { leaving: new Set(), rebalance: hasSubscriptionChanged })
  } else {
    const timeoutMs = request.rebalanceTimeoutMs
    keepConsumerSession(context, turn, { groupId, memberId }, request.sessionTimeoutMs)
    expectClassicRequest(context, turn, { groupId, memberId }, { request: 'sync', timeoutMs })
  }
  turn.answer(waiter, {
    ...refusedJoin(memberId, 0),
    generationId: after.memberEpoch,
    protocolType: CONSUMER_PROTOCOL_TYPE,
    protocolName: protocol?.name ?? null,
  })
}

/** All classic members must have a protocol in common, although none of them assigns. */
function checkProtocols(group: ConsumerGroup, memberId: string, request: JoinGroup): void {
  const common = request.protocols.filter(({ name }) => {
    for (const member of group.members.values()) {
      if (member.classic === null || member.memberId === memberId) continue
      if (!member.classic.protocols.some((protocol) => protocol.name === name)) return false
    }
    return true
  })
  if (request.protocolType === CONSUMER_PROTOCOL_TYPE && common.length > 0) return
  const message = `Member ${memberId} has no protocol in common with the classic members of the group.`
  throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL', message)
}

function checkInstance(group: ConsumerGroup, memberId: string, instanceId: string): void {
  const current = group.staticMember(instanceId)
  if (current === undefined) {
    throw new KafkaError('UNKNOWN_MEMBER_ID', `Instance id ${instanceId} is unknown.`)
  }
  if (current.memberId !== memberId) {
    const message = `Instance ${instanceId} is member ${current.memberId} by now, not ${memberId}.`
    throw new KafkaError('FENCED_INSTANCE_ID', message)
  }
}

type ClassicConsumerMember = ConsumerMember & { readonly classic: ClassicMembership }

function classicMember(
  group: ConsumerGroup,
  { memberId, groupInstanceId, generationId }: Heartbeat,
): ClassicConsumerMember {
  if (groupInstanceId !== null) checkInstance(group, memberId, groupInstanceId)
  const member = group.members.get(memberId)
  if (member === undefined || member.classic === null) {
    const message = `Group ${group.groupId} has no member ${memberId} of the classic protocol.`
    throw new KafkaError('UNKNOWN_MEMBER_ID', message)
  }
  if (generationId !== member.memberEpoch) {
    throw new KafkaError('ILLEGAL_GENERATION', `The member's epoch is ${member.memberEpoch}.`)
  }
  return { ...member, classic: member.classic }
}

/** The group has moved on, the member has to give something up, or what it waits for is there. */
function mustRejoin(group: ConsumerGroup, member: ConsumerMember): boolean {
  if (member.memberEpoch < group.groupEpoch) return true
  if (member.state === 'unrevoked-partitions') return true
  return member.state === 'unreleased-partitions' && !waitsForOthers(group, member)
}

function waitsForOthers(group: ConsumerGroup, member: ConsumerMember): boolean {
  for (const [topicId, partitions] of group.target(member.memberId)) {
    for (const partition of partitions) {
      const isOwn = member.assigned.get(topicId)?.has(partition) === true
      if (!isOwn && group.isHeld(topicId, partition)) return true
    }
  }
  return false
}

/** Hands a classic member what it has been assigned. */
export function syncConsumerGroup(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
  request: SyncGroup,
): SyncGroupAnswer {
  const member = classicMember(group, request)
  const { groupId, memberId } = request
  const [protocol] = member.classic.protocols
  const { protocolType, protocolName } = request
  const isOther =
    (protocolType !== null && protocolType !== CONSUMER_PROTOCOL_TYPE) ||
    (protocolName !== null && protocolName !== protocol?.name)
  if (isOther)
    throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL', 'It joined with another protocol.')
  if (mustRejoin(group, member)) {
    const timeoutMs = member.rebalanceTimeoutMs
    expectClassicRequest(context, turn, request, { request: 'join', timeoutMs })
    throw new KafkaError('REBALANCE_IN_PROGRESS', 'The group has moved on.')
  }
  endClassicRequest(turn, { groupId, memberId }, 'sync')
  keepConsumerSession(context, turn, request, member.classic.sessionTimeoutMs)
  const metadata = protocol?.metadata ?? Buffer.alloc(0)
  return {
    errorCode: 0,
    protocolType,
    protocolName,
    assignment: writeAssignment(context.topics, withoutEpochs(member.assigned), metadata),
  }
}

/** A classic member lives; throws REBALANCE_IN_PROGRESS when it has to join again. */
export function heartbeatConsumerGroup(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
  request: Heartbeat,
): void {
  const member = classicMember(group, request)
  keepConsumerSession(context, turn, request, member.classic.sessionTimeoutMs)
  if (!mustRejoin(group, member)) return
  const timeoutMs = member.rebalanceTimeoutMs
  expectClassicRequest(context, turn, request, { request: 'join', timeoutMs })
  throw new KafkaError('REBALANCE_IN_PROGRESS', 'The group has moved on.')
}

/** Members leave by LeaveGroup, also those of the consumer protocol when an administrator removes them. */
export function leaveConsumerGroupByRequest(
  context: MigrationContext,
  turn: Turn,
  group: ConsumerGroup,
  leaving: readonly LeavingMember[],
): LeftMember[] {
  const gone = new Set<string>()
  const answers = leaving.map(({ memberId, groupInstanceId }): LeftMember => {
    const named = groupInstanceId === null ? undefined : group.staticMember(groupInstanceId)
    const member = groupInstanceId === null ? group.members.get(memberId) : named
    const isFenced = named !== undefined && memberId !== '' && named.memberId !== memberId
    if (member === undefined || isFenced) {
      const code = errorCode(isFenced ? 'FENCED_INSTANCE_ID' : 'UNKNOWN_MEMBER_ID')
      return { memberId, groupInstanceId, errorCode: code }
    }
    gone.add(member.memberId)
    return { memberId, groupInstanceId, errorCode: 0 }
  })
  if (gone.size > 0) {
    const reason = leaving.find((each) => each.reason !== null)?.reason ?? 'It left.'
    fenceMembers(context, turn, group, gone, { kind: 'left', reason, request: 'LeaveGroup' })
  }
  return answers
}
