// Groups that change their kind while their members go on (KIP-848): a classic group becomes a consumer group when the
// first member of the consumer protocol joins, and a classic group again when the last one has left.

import { errorCode, KafkaError } from '@samsa/protocol'
import type { Turn } from '../../coordinators/state-machine.ts'
import { ClassicGroup, CONSUMER_PROTOCOL_TYPE } from '../classic/classic-group.ts'
import { ClassicMember } from '../classic/classic-member.ts'
import {
  type ClassicContext,
  endTimeouts,
  keepSession,
  prepareRebalance,
  refusedJoin,
} from '../classic/rebalance.ts'
import { classicGroupTombstone } from '../records/classic-records.ts'
import { type Assignment, withEpoch } from './assignment.ts'
import { ConsumerGroup } from './consumer-group.ts'
import type { MemberMetadata, MemberProgress } from './consumer-member.ts'
import { readAssignment, readSubscription, writeAssignment } from './consumer-protocol.ts'
import type { ConsumerContext } from './context.ts'
import { endConsumerTimeouts, keepConsumerSession } from './member-timeouts.ts'
import { groupMetadataHash } from './refresh.ts'

/** Steps of a conversion need both kinds. */
export type MigrationContext = ConsumerContext & ClassicContext

/** The error of a group that cannot become a consumer group, in Kafka's words. */
function cannotUpgrade(groupId: string, why: string): KafkaError {
  const message = `Cannot upgrade classic group ${groupId} to consumer group because ${why}.`
  return new KafkaError('GROUP_ID_NOT_FOUND', message)
}

/** Makes a consumer group of a classic one. Throws GROUP_ID_NOT_FOUND, having written nothing, when it may not be. */
export function upgrade(context: MigrationContext, turn: Turn, group: ClassicGroup): ConsumerGroup {
  const { groupId } = group
  const converted = group.isEmpty ? [] : convertedMembers(context, group)
  // A group that only holds offsets has no record of its own.
  if (group.protocolType !== null || !group.isEmpty) {
    const tombstone = classicGroupTombstone(groupId)
    turn.append(tombstone.key, tombstone.value)
  }
  endTimeouts(turn, group)
  const code = errorCode('REBALANCE_IN_PROGRESS')
  for (const member of group.members.values()) {
    group.answerJoin(turn, member, refusedJoin(member.memberId, code))
    group.answerSync(turn, member, code)
  }
  const consumerGroup = new ConsumerGroup(groupId)
  context.replaceGroup(consumerGroup)
  if (converted.length === 0) return consumerGroup
  const epoch = group.generationId
  const write = (record: Parameters<ConsumerContext['write']>[2]): void =>
    context.write(turn, consumerGroup, record)
  for (const { memberId, metadata } of converted) {
    write({ kind: 'member', groupId, memberId, value: metadata })
  }
  const hash = groupMetadataHash(context, consumerGroup)
  write({ kind: 'group-epoch', groupId, value: { epoch, metadataHash: hash } })
  for (const { memberId, assignment } of converted) {
    write({ kind: 'target-member', groupId, memberId, value: assignment })
  }
  const target = { assignmentEpoch: epoch, timestampMs: turn.nowMs }
  write({ kind: 'target-epoch', groupId, value: target })
  for (const { memberId, assignment, metadata } of converted) {
    const progress: MemberProgress = {
      memberEpoch: epoch,
      previousMemberEpoch: epoch,
      state: 'stable',
      assigned: withEpoch(assignment, epoch),
      pendingRevocation: new Map(),
    }
    write({ kind: 'current-member', groupId, memberId, value: progress })
    keepConsumerSession(context, turn, { groupId, memberId }, metadata.classic?.sessionTimeoutMs)
  }
  const reason = 'A member of the consumer protocol joined a classic group.'
  context.explanations.note(groupId, { atMs: turn.nowMs, kind: 'converted', reason })
  return consumerGroup
}

function convertedMembers(
  context: MigrationContext,
  group: ClassicGroup,
): { memberId: string; metadata: MemberMetadata; assignment: Assignment }[] {
  const { groupId } = group
  const { consumerMigrationPolicy, consumerMaxSize } = context.settings
  if (consumerMigrationPolicy !== 'upgrade' && consumerMigrationPolicy !== 'bidirectional') {
    throw cannotUpgrade(groupId, 'online upgrade is disabled')
  }
  if (group.protocolType !== CONSUMER_PROTOCOL_TYPE) {
    throw cannotUpgrade(groupId, 'the group does not use the consumer embedded protocol')
  }
  if (group.members.size > consumerMaxSize) {
    throw cannotUpgrade(groupId, 'the group size exceeds the consumer group maximum size')
  }
  return Array.from(group.members.values(), (member) => {
    const [protocol] = member.protocols
    try {
      const metadata = member.metadata(group.protocolName)
      const own = metadata.length > 0 ? metadata : (protocol?.metadata ?? metadata)
      const { topics, rackId } = readSubscription(context.topics, own)
      const { assignment, hasUserData } = readAssignment(context.topics, member.assignment)
      if (hasUserData) throw cannotUpgrade(groupId, 'an unsupported custom assignor is in use')
      return {
        memberId: member.memberId,
        assignment,
        metadata: {
          instanceId: member.groupInstanceId,
          rackId,
          clientId: member.clientId,
          clientHost: member.clientHost,
          subscribedTopicNames: topics,
          subscribedTopicRegex: '',
          rebalanceTimeoutMs: member.rebalanceTimeoutMs,
          serverAssignor: null,
          classic: { sessionTimeoutMs: member.sessionTimeoutMs, protocols: member.protocols },
        },
      }
    } catch (error) {
      const isMalformed =
        error instanceof KafkaError && error.name === 'INCONSISTENT_GROUP_PROTOCOL'
      throw isMalformed
        ? cannotUpgrade(groupId, 'the embedded consumer protocol is malformed')
        : error
    }
  })
}

/** Whether the group, without those who leave, is to be a classic one from now on. */
export function mayDowngrade(
  context: ConsumerContext,
  group: ConsumerGroup,
  leaving: ReadonlySet<string>,
): boolean {
  const { consumerMigrationPolicy, maxSize } = context.settings
  const stay = group.members.size - leaving.size
  const isAllowed =
    consumerMigrationPolicy === 'downgrade' || consumerMigrationPolicy === 'bidirectional'
  return isAllowed && stay > 0 && stay <= maxSize && group.onlyClassicMembersBut(leaving)
}

/** Makes a classic group of a consumer group whose members, but those who leave, all speak the classic protocol. */
export function downgrade(
  context: MigrationContext,
  turn: Turn,
  group: ConsumerGroup,
  change: { readonly leaving: ReadonlySet<string>; readonly rebalance: boolean },
): ClassicGroup {
  const { groupId } = group
  const classic = new ClassicGroup(groupId)
  for (const member of group.members.values()) {
    if (change.leaving.has(member.memberId) || member.classic === null) continue
    const { sessionTimeoutMs, protocols } = member.classic
    const { memberId, instanceId, clientId, clientHost, rebalanceTimeoutMs } = member
    const converted = new ClassicMember({
      memberId,
      groupInstanceId: instanceId,
      clientId,
      clientHost,
      rebalanceTimeoutMs,
      sessionTimeoutMs,
      protocols,
    })
    classic.add(converted, CONSUMER_PROTOCOL_TYPE, undefined)
  }
  classic.generationId = group.groupEpoch
  classic.protocolName = classic.selectProtocol()
  classic.refreshSubscribedTopics()
  classic.enter({ kind: 'Stable' }, turn.nowMs)
  for (const member of classic.members.values()) {
    const metadata = member.metadata(classic.protocolName)
    member.assignment = writeAssignment(context.topics, group.target(member.memberId), metadata)
  }
  writeTombstones(context, turn, group)
  context.replaceGroup(classic)
  context.writeGroup(turn, classic)
  for (const member of classic.members.values()) keepSession(context, turn, classic, member)
  const reason = 'The last member of the consumer protocol is gone.'
  context.explanations.note(groupId, { atMs: turn.nowMs, kind: 'converted', reason })
  if (change.rebalance) prepareRebalance(context, turn, classic, { reason })
  return classic
}

/** Writes the tombstones of everything a consumer group has in the log, and ends its timeouts. */
export function writeTombstones(context: ConsumerContext, turn: Turn, group: ConsumerGroup): void {
  const { groupId } = group
  const memberIds = [...group.members.keys()]
  const write = (record: Parameters<ConsumerContext['write']>[2]): void =>
    context.write(turn, group, record)
  for (const memberId of memberIds) {
    endConsumerTimeouts(turn, { groupId, memberId })
    write({ kind: 'current-member', groupId, memberId, value: null })
  }
  for (const memberId of group.targets.keys()) {
    write({ kind: 'target-member', groupId, memberId, value: null })
  }
  write({ kind: 'target-epoch', groupId, value: null })
  for (const memberId of memberIds) write({ kind: 'member', groupId, memberId, value: null })
  for (const regex of group.regexes.keys()) {
    write({ kind: 'regex', groupId, regex, value: null })
  }
  if (group.hasPartitionMetadataRecord) write({ kind: 'partition-metadata', groupId, value: null })
  write({ kind: 'group-epoch', groupId, value: null })
}
