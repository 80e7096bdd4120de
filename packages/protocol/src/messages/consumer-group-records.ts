/** ? */

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

/** ? */
export const ConsumerGroupMetadataKey = message(
  'ConsumerGroupMetadataKey',
  { versions: [0, 0], prefix: 3 },
  { groupId: string },
)

/** ? */
export const ConsumerGroupMetadataValue = message(
  'ConsumerGroupMetadataValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  { epoch: int32, metadataHash: wideInt64.tagged(0).default(0n) },
)

/** ? */
export const ConsumerGroupPartitionMetadataKey = message(
  'ConsumerGroupPartitionMetadataKey',
  { versions: [0, 0], prefix: 4 },
  { groupId: string },
)

/** ? */
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

/** ? */
export const ConsumerGroupMemberMetadataKey = message(
  'ConsumerGroupMemberMetadataKey',
  { versions: [0, 0], prefix: 5 },
  { groupId: string, memberId: string },
)

/** ? */
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

/** ? */
export const ConsumerGroupTargetAssignmentMetadataKey = message(
  'ConsumerGroupTargetAssignmentMetadataKey',
  { versions: [0, 0], prefix: 6 },
  { groupId: string },
)

/** ? */
export const ConsumerGroupTargetAssignmentMetadataValue = message(
  'ConsumerGroupTargetAssignmentMetadataValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    assignmentEpoch: int32,
    assignmentTimestamp: int64.tagged(0).default(0).ignorable(),
  },
)

/** ? */
export const ConsumerGroupTargetAssignmentMemberKey = message(
  'ConsumerGroupTargetAssignmentMemberKey',
  { versions: [0, 0], prefix: 7 },
  { groupId: string, memberId: string },
)

/** ? */
export const ConsumerGroupTargetAssignmentMemberValue = message(
  'ConsumerGroupTargetAssignmentMemberValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    topicPartitions: array({ topicId: uuid, partitions: array(int32) }),
  },
)

/** ? */
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

/** ? */
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

/** ? */
export const ConsumerGroupRegularExpressionKey = message(
  'ConsumerGroupRegularExpressionKey',
  { versions: [0, 0], prefix: 16 },
  { groupId: string, regularExpression: string },
)

/** ? */
export const ConsumerGroupRegularExpressionValue = message(
  'ConsumerGroupRegularExpressionValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  { topics: array(string), version: int64, timestamp: int64 },
)
