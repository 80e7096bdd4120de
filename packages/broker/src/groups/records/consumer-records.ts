// Consumer groups (KIP-848) as records of __consumer_offsets: key types 3 to 8 and 16.

import {
  ConsumerGroupCurrentMemberAssignmentKey,
  ConsumerGroupCurrentMemberAssignmentValue,
  ConsumerGroupMemberMetadataKey,
  ConsumerGroupMemberMetadataValue,
  ConsumerGroupMetadataKey,
  ConsumerGroupMetadataValue,
  ConsumerGroupPartitionMetadataKey,
  ConsumerGroupRegularExpressionKey,
  ConsumerGroupRegularExpressionValue,
  ConsumerGroupTargetAssignmentMemberKey,
  ConsumerGroupTargetAssignmentMemberValue,
  ConsumerGroupTargetAssignmentMetadataKey,
  ConsumerGroupTargetAssignmentMetadataValue,
} from '@samsa/protocol'
import { type AssignedPartitions, type Assignment, toLists } from '../consumer/assignment.ts'
import type { ResolvedRegex } from '../consumer/consumer-group.ts'
import type { MemberMetadata, MemberProgress, MemberState } from '../consumer/consumer-member.ts'
import {
  decodeKey,
  decodeValue,
  encodeKey,
  encodeValue,
  type EncodedRecord,
} from './record-codec.ts'

/** Key types. */
const GROUP_EPOCH = 3
const PARTITION_METADATA = 4
const MEMBER = 5
const TARGET_EPOCH = 6
const TARGET_MEMBER = 7
const CURRENT_MEMBER = 8
const REGEX = 16

/** A change of a consumer group; a null value is a tombstone. */
export type ConsumerRecord = { readonly groupId: string } & (
  | {
      readonly kind: 'group-epoch'
      readonly value: { readonly epoch: number; readonly metadataHash: bigint } | null
    }
  | { readonly kind: 'partition-metadata'; readonly value: 'present' | null }
  | { readonly kind: 'member'; readonly memberId: string; readonly value: MemberMetadata | null }
  | {
      readonly kind: 'target-epoch'
      readonly value: { readonly assignmentEpoch: number; readonly timestampMs: number } | null
    }
  | { readonly kind: 'target-member'; readonly memberId: string; readonly value: Assignment | null }
  | {
      readonly kind: 'current-member'
      readonly memberId: string
      readonly value: MemberProgress | null
    }
  | { readonly kind: 'regex'; readonly regex: string; readonly value: ResolvedRegex | null }
)

/** Whether a key of this type is one of a consumer group. */
export function isConsumerKeyType(type: number): boolean {
  return (type >= GROUP_EPOCH && type <= CURRENT_MEMBER) || type === REGEX
}

/** States of members by their number in the record. */
const STATES: readonly MemberState[] = ['stable', 'unrevoked-partitions', 'unreleased-partitions']

/** The record of a change. */
export function encodeConsumerRecord(record: ConsumerRecord): EncodedRecord {
  const { groupId } = record
  switch (record.kind) {
    case 'group-epoch':
      return {
        key: encodeKey(GROUP_EPOCH, ConsumerGroupMetadataKey, { groupId }),
        value: record.value && encodeValue(0, ConsumerGroupMetadataValue, record.value),
      }
    case 'partition-metadata':
      return {
        key: encodeKey(PARTITION_METADATA, ConsumerGroupPartitionMetadataKey, { groupId }),
        value: null,
      }
    case 'member': {
      const key = { groupId, memberId: record.memberId }
      return {
        key: encodeKey(MEMBER, ConsumerGroupMemberMetadataKey, key),
        value: record.value && encodeMember(record.value),
      }
    }
    case 'target-epoch': {
      const value = record.value && {
        assignmentEpoch: record.value.assignmentEpoch,
        assignmentTimestamp: record.value.timestampMs,
      }
      return {
        key: encodeKey(TARGET_EPOCH, ConsumerGroupTargetAssignmentMetadataKey, { groupId }),
        value: value && encodeValue(0, ConsumerGroupTargetAssignmentMetadataValue, value),
      }
    }
    case 'target-member': {
      const key = { groupId, memberId: record.memberId }
      const value = record.value && { topicPartitions: toLists(record.value) }
      return {
        key: encodeKey(TARGET_MEMBER, ConsumerGroupTargetAssignmentMemberKey, key),
        value: value && encodeValue(0, ConsumerGroupTargetAssignmentMemberValue, value),
      }
    }
    case 'current-member': {
      const key = { groupId, memberId: record.memberId }
      return {
        key: encodeKey(CURRENT_MEMBER, ConsumerGroupCurrentMemberAssignmentKey, key),
        value: record.value && encodeProgress(record.value),
      }
    }
    case 'regex': {
      const key = { groupId, regularExpression: record.regex }
      const value = record.value && {
        topics: record.value.topics,
        version: record.value.version,
        timestamp: record.value.timestampMs,
      }
      return {
        key: encodeKey(REGEX, ConsumerGroupRegularExpressionKey, key),
        value: value && encodeValue(0, ConsumerGroupRegularExpressionValue, value),
      }
    }
  }
}

function encodeMember(member: MemberMetadata): Buffer {
  return encodeValue(0, ConsumerGroupMemberMetadataValue, {
    instanceId: member.instanceId,
    rackId: member.rackId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: member.subscribedTopicNames,
    subscribedTopicRegex: member.subscribedTopicRegex,
    rebalanceTimeoutMs: member.rebalanceTimeoutMs,
    serverAssignor: member.serverAssignor,
    classicMemberMetadata: member.classic && {
      sessionTimeoutMs: member.classic.sessionTimeoutMs,
      supportedProtocols: member.classic.protocols,
    },
  })
}

function encodeProgress(progress: MemberProgress): Buffer {
  const state = STATES.indexOf(progress.state)
  return encodeValue(0, ConsumerGroupCurrentMemberAssignmentValue, {
    memberEpoch: progress.memberEpoch,
    previousMemberEpoch: progress.previousMemberEpoch,
    state: state === -1 ? 127 : state,
    assignedPartitions: withEpochs(progress.assigned),
    partitionsPendingRevocation: withEpochs(progress.pendingRevocation),
  })
}

function withEpochs(
  assigned: AssignedPartitions,
): { topicId: string; partitions: number[]; assignmentEpochs: number[] }[] {
  return toLists(assigned).map(({ topicId, partitions }) => ({
    topicId,
    partitions,
    assignmentEpochs: partitions.map((partition) => assigned.get(topicId)?.get(partition) ?? 0),
  }))
}

/** The change a record stands for. Throws ProtocolError for bytes that make no sense. */
export function decodeConsumerRecord(
  type: number,
  key: Buffer,
  value: Buffer | null,
): ConsumerRecord {
  switch (type) {
    case GROUP_EPOCH: {
      const { groupId } = decodeKey(ConsumerGroupMetadataKey, key)
      return {
        kind: 'group-epoch',
        groupId,
        value: value && decodeValue(ConsumerGroupMetadataValue, value),
      }
    }
    case PARTITION_METADATA: {
      const { groupId } = decodeKey(ConsumerGroupPartitionMetadataKey, key)
      return { kind: 'partition-metadata', groupId, value: value && 'present' }
    }
    case MEMBER: {
      const { groupId, memberId } = decodeKey(ConsumerGroupMemberMetadataKey, key)
      return { kind: 'member', groupId, memberId, value: value && decodeMember(value) }
    }
    case TARGET_EPOCH: {
      const { groupId } = decodeKey(ConsumerGroupTargetAssignmentMetadataKey, key)
      const fields = value && decodeValue(ConsumerGroupTargetAssignmentMetadataValue, value)
      const target = fields && {
        assignmentEpoch: fields.assignmentEpoch,
        timestampMs: fields.assignmentTimestamp,
      }
      return { kind: 'target-epoch', groupId, value: target }
    }
    case TARGET_MEMBER: {
      const { groupId, memberId } = decodeKey(ConsumerGroupTargetAssignmentMemberKey, key)
      const fields = value && decodeValue(ConsumerGroupTargetAssignmentMemberValue, value)
      const target =
        fields &&
        new Map(
          fields.topicPartitions.map(({ topicId, partitions }) => [topicId, new Set(partitions)]),
        )
      return { kind: 'target-member', groupId, memberId, value: target }
    }
    case CURRENT_MEMBER: {
      const { groupId, memberId } = decodeKey(ConsumerGroupCurrentMemberAssignmentKey, key)
      return { kind: 'current-member', groupId, memberId, value: value && decodeProgress(value) }
    }
    default: {
      const { groupId, regularExpression } = decodeKey(ConsumerGroupRegularExpressionKey, key)
      const fields = value && decodeValue(ConsumerGroupRegularExpressionValue, value)
      const resolved = fields && {
        topics: fields.topics,
        version: fields.version,
        timestampMs: fields.timestamp,
      }
      return { kind: 'regex', groupId, regex: regularExpression, value: resolved }
    }
  }
}

function decodeMember(value: Buffer): MemberMetadata {
  const fields = decodeValue(ConsumerGroupMemberMetadataValue, value)
  const classic = fields.classicMemberMetadata
  return {
    instanceId: fields.instanceId,
    rackId: fields.rackId,
    clientId: fields.clientId,
    clientHost: fields.clientHost,
    subscribedTopicNames: [...fields.subscribedTopicNames].sort(),
    subscribedTopicRegex: fields.subscribedTopicRegex ?? '',
    rebalanceTimeoutMs: fields.rebalanceTimeoutMs,
    serverAssignor: fields.serverAssignor,
    classic: classic && {
      sessionTimeoutMs: classic.sessionTimeoutMs,
      // The record's memory is not ours.
      protocols: classic.supportedProtocols.map(({ name, metadata }) => ({
        name,
        metadata: Buffer.from(metadata),
      })),
    },
  }
}

function decodeProgress(value: Buffer): MemberProgress {
  const fields = decodeValue(ConsumerGroupCurrentMemberAssignmentValue, value)
  const { memberEpoch } = fields
  const assigned = (lists: typeof fields.assignedPartitions): AssignedPartitions =>
    new Map(
      lists.map(({ topicId, partitions, assignmentEpochs }) => [
        topicId,
        new Map(
          partitions.map((partition, at) => [partition, assignmentEpochs?.[at] ?? memberEpoch]),
        ),
      ]),
    )
  return {
    memberEpoch,
    previousMemberEpoch: fields.previousMemberEpoch,
    state: STATES[fields.state] ?? 'unknown',
    assigned: assigned(fields.assignedPartitions),
    pendingRevocation: assigned(fields.partitionsPendingRevocation),
  }
}
