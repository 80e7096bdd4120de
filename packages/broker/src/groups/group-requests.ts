// Requests about membership, whatever kind the group is of: which step of which protocol they are. A request of one
// protocol to a group of the other converts the group or is translated (KIP-848).

import { errorCode, KafkaError } from '@samsa/protocol'
import type { Turn, Waiter } from '../coordinators/state-machine.ts'
import { joinGroup } from './classic/join.ts'
import type {
  Heartbeat,
  JoinGroup,
  JoinGroupAnswer,
  LeavingMember,
  LeftMember,
  SyncGroup,
  SyncGroupAnswer,
} from './classic/messages.ts'
import { refusedJoin } from './classic/rebalance.ts'
import { heartbeat, leaveGroup, syncGroup } from './classic/sync-leave.ts'
import {
  heartbeatConsumerGroup,
  joinConsumerGroup,
  leaveConsumerGroupByRequest,
  syncConsumerGroup,
} from './consumer/classic-bridge.ts'
import { ConsumerGroup } from './consumer/consumer-group.ts'
import { JOIN_EPOCH, LEAVE_EPOCH } from './consumer/consumer-member.ts'
import { consumerHeartbeat, leaveConsumerGroup } from './consumer/heartbeat.ts'
import type { ConsumerHeartbeat, ConsumerHeartbeatAnswer } from './consumer/messages.ts'
import { upgrade } from './consumer/migration.ts'
import { compileRegex } from './consumer/regex/automaton.ts'
import { checkAssignor } from './consumer/target-assignment.ts'
import { type GroupMachine, groupNotFound } from './group-machine.ts'

function unknownMember(groupId: string): KafkaError {
  return new KafkaError('UNKNOWN_MEMBER_ID', `Group ${groupId} not found.`)
}

/** JoinGroup: to the group there is, or to a new classic one. */
export function handleJoin(
  machine: GroupMachine,
  turn: Turn,
  request: JoinGroup,
  waiter: Waiter<JoinGroupAnswer>,
): void {
  const { groupId, memberId } = request
  const existing = machine.group(groupId)
  if (existing?.type === 'consumer' && !existing.isEmpty) {
    joinConsumerGroup(machine, turn, existing, request, waiter)
    return
  }
  let group = existing?.type === 'classic' ? existing : undefined
  if (group === undefined && memberId !== '') {
    turn.answer(waiter, refusedJoin(memberId, errorCode('UNKNOWN_MEMBER_ID')))
    return
  }
  if (existing?.type === 'consumer') machine.deleteGroup(turn, existing)
  group ??= machine.createClassicGroup(groupId)
  joinGroup(machine, turn, group, request, waiter)
}

/** SyncGroup. */
export function handleSync(
  machine: GroupMachine,
  turn: Turn,
  request: SyncGroup,
  waiter: Waiter<SyncGroupAnswer>,
): void {
  const group = machine.group(request.groupId)
  if (group === undefined || group.isEmpty) throw unknownMember(request.groupId)
  if (group.type === 'classic') syncGroup(machine, turn, group, request, waiter)
  else turn.answer(waiter, syncConsumerGroup(machine, turn, group, request))
}

/** Heartbeat. */
export function handleHeartbeat(machine: GroupMachine, turn: Turn, request: Heartbeat): void {
  const group = machine.group(request.groupId)
  if (group === undefined) throw unknownMember(request.groupId)
  if (group.type === 'classic') heartbeat(machine, turn, group, request)
  else heartbeatConsumerGroup(machine, turn, group, request)
}

/** LeaveGroup. */
export function handleLeave(
  machine: GroupMachine,
  turn: Turn,
  groupId: string,
  leaving: readonly LeavingMember[],
): LeftMember[] {
  const group = machine.group(groupId)
  if (group?.type === 'classic') return leaveGroup(machine, turn, group, leaving)
  if (group !== undefined) return leaveConsumerGroupByRequest(machine, turn, group, leaving)
  return leaving.map(({ memberId, groupInstanceId }) => ({
    memberId,
    groupInstanceId,
    errorCode: errorCode('UNKNOWN_MEMBER_ID'),
  }))
}

/** ConsumerGroupHeartbeat. Throws the KafkaError of a refusal, having changed nothing. */
export function handleConsumerHeartbeat(
  machine: GroupMachine,
  turn: Turn,
  request: ConsumerHeartbeat,
): ConsumerHeartbeatAnswer {
  if (request.serverAssignor !== null) checkAssignor(machine, request.serverAssignor)
  if (request.memberEpoch <= LEAVE_EPOCH) {
    const group = machine.consumerGroup(request.groupId)
    if (group === undefined) throw groupNotFound(request.groupId)
    return leaveConsumerGroup(machine, turn, group, request)
  }
  const group = consumerGroupFor(machine, turn, request)
  return consumerHeartbeat(machine, turn, group, request)
}

/** The consumer group a heartbeat goes to; one that joins may create it, or make it of a classic group. */
function consumerGroupFor(
  machine: GroupMachine,
  turn: Turn,
  request: ConsumerHeartbeat,
): ConsumerGroup {
  const { groupId, memberEpoch, memberId, instanceId, subscribedTopicRegex } = request
  const existing = machine.group(groupId)
  if (existing?.type === 'consumer') return existing
  if (memberEpoch !== JOIN_EPOCH) throw groupNotFound(groupId)
  // From here on records are written: what could be wrong with the request is found out before.
  if (subscribedTopicRegex !== null && subscribedTopicRegex !== '') {
    compileRegex(subscribedTopicRegex)
  }
  if (machine.settings.consumerMaxSize <= (existing?.members.size ?? 0)) {
    throw new KafkaError(
      'GROUP_MAX_SIZE_REACHED',
      'The consumer group has reached its maximum capacity.',
    )
  }
  if (existing !== undefined) {
    const holder = instanceId === null ? undefined : existing.staticMembers.get(instanceId)
    if (holder !== undefined && holder !== memberId) {
      const message = `Instance id ${instanceId} is still that of member ${holder}.`
      throw new KafkaError('UNRELEASED_INSTANCE_ID', message)
    }
    return upgrade(machine, turn, existing)
  }
  const group = new ConsumerGroup(groupId)
  machine.replaceGroup(group)
  return group
}
