/** Records of KIP-848 consumer groups in `__consumer_offsets`; a null value is a tombstone. */

import {
  array,
  bytes,
  int32,
  int64,
  int8,
  message,
  string,
  struct,
  uuid,
  wideInt64,
} from '../schema/index.ts'

/** Key of a consumer group's epoch. */
export const ConsumerGroupMetadataKey = message(
  'ConsumerGroupMetadataKey',
  { versions: [0, 0], prefix: 3 },
  { groupId: string },
)

/** The epoch of a consumer group. */
export const ConsumerGroupMetadataValue = message(
  'ConsumerGroupMetadataValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    epoch: int32,
    /** A hash over the subscribed topics: all 64 bits are used, hence wide. */
    metadataHash: wideInt64.tagged(0).default(0n),
  },
)

/**
 * Key of the topics that a group's assignment was made from; written by Kafka 3.x and early
 * 4.0.
 */
export const ConsumerGroupPartitionMetadataKey = message(
  'ConsumerGroupPartitionMetadataKey',
  { versions: [0, 0], prefix: 4 },
  { groupId: string },
)

/** The topics that a group's assignment was made from; Kafka 4.x keeps a hash instead. */
export const ConsumerGroupPartitionMetadataValue = message(
  'ConsumerGroupPartitionMetadataValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    topics: array({
      topicId: uuid,
      topicName: string,
      numPartitions: int32,
      partitionMetadata: array({ partition: int32, racks: array(string) }),
    }),
  },
)

/** Key of a member's subscription. */
export const ConsumerGroupMemberMetadataKey = message(
  'ConsumerGroupMemberMetadataKey',
  { versions: [0, 0], prefix: 5 },
  { groupId: string, memberId: string },
)

/** A member of a consumer group and what it subscribes to. */
export const ConsumerGroupMemberMetadataValue = message(
  'ConsumerGroupMemberMetadataValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    instanceId: string.nullable(),
    rackId: string.nullable(),
    clientId: string,
    clientHost: string,
    subscribedTopicNames: array(string),
    subscribedTopicRegex: string.nullable(),
    rebalanceTimeoutMs: int32.default(-1),
    serverAssignor: string.nullable(),
    classicMemberMetadata: struct({
      sessionTimeoutMs: int32,
      supportedProtocols: array({ name: string, metadata: bytes }),
    })
      .nullable()
      .tagged(0),
  },
)

/** Key of the epoch of a group's target assignment. */
export const ConsumerGroupTargetAssignmentMetadataKey = message(
  'ConsumerGroupTargetAssignmentMetadataKey',
  { versions: [0, 0], prefix: 6 },
  { groupId: string },
)

/** The epoch of a group's target assignment. */
export const ConsumerGroupTargetAssignmentMetadataValue = message(
  'ConsumerGroupTargetAssignmentMetadataValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    assignmentEpoch: int32,
    assignmentTimestamp: int64.tagged(0).default(0).ignorable(),
  },
)

/** Key of a member's target assignment. */
export const ConsumerGroupTargetAssignmentMemberKey = message(
  'ConsumerGroupTargetAssignmentMemberKey',
  { versions: [0, 0], prefix: 7 },
  { groupId: string, memberId: string },
)

/** What a member is to have. */
export const ConsumerGroupTargetAssignmentMemberValue = message(
  'ConsumerGroupTargetAssignmentMemberValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    topicPartitions: array({ topicId: uuid, partitions: array(int32) }),
  },
)

/** Key of a member's current assignment. */
export const ConsumerGroupCurrentMemberAssignmentKey = message(
  'ConsumerGroupCurrentMemberAssignmentKey',
  { versions: [0, 0], prefix: 8 },
  { groupId: string, memberId: string },
)

const topicPartitions = {
  topicId: uuid,
  partitions: array(int32),
  assignmentEpochs: array(int32).nullable().tagged(0),
}

/** What a member has, and what it is still giving up. */
export const ConsumerGroupCurrentMemberAssignmentValue = message(
  'ConsumerGroupCurrentMemberAssignmentValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    memberEpoch: int32,
    previousMemberEpoch: int32,
    state: int8,
    assignedPartitions: array(topicPartitions),
    partitionsPendingRevocation: array(topicPartitions),
  },
)

/** Key of a resolved regular expression. */
export const ConsumerGroupRegularExpressionKey = message(
  'ConsumerGroupRegularExpressionKey',
  { versions: [0, 0], prefix: 16 },
  { groupId: string, regularExpression: string },
)

/** The topics that a regular expression matched. */
export const ConsumerGroupRegularExpressionValue = message(
  'ConsumerGroupRegularExpressionValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  { topics: array(string), version: int64, timestamp: int64 },
)
