/** Records of share groups in `__consumer_offsets`; a null value is a tombstone. */

import { array, int32, int64, int8, message, string, uuid, wideInt64 } from '../schema/index.ts'

/** Key of a share member's subscription. */
export const ShareGroupMemberMetadataKey = message(
  'ShareGroupMemberMetadataKey',
  { versions: [0, 0], prefix: 10 },
  { groupId: string, memberId: string },
)

/** A member of a share group and what it subscribes to. */
export const ShareGroupMemberMetadataValue = message(
  'ShareGroupMemberMetadataValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    rackId: string.nullable(),
    clientId: string,
    clientHost: string,
    subscribedTopicNames: array(string),
  },
)

/** Key of a share group's epoch. */
export const ShareGroupMetadataKey = message(
  'ShareGroupMetadataKey',
  { versions: [0, 0], prefix: 11 },
  { groupId: string },
)

/** The epoch of a share group. */
export const ShareGroupMetadataValue = message(
  'ShareGroupMetadataValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    epoch: int32,
    /** A hash over the subscribed topics: all 64 bits are used, hence wide. */
    metadataHash: wideInt64,
  },
)

/** Key of the epoch of a share group's target assignment. */
export const ShareGroupTargetAssignmentMetadataKey = message(
  'ShareGroupTargetAssignmentMetadataKey',
  { versions: [0, 0], prefix: 12 },
  { groupId: string },
)

/** The epoch of a share group's target assignment. */
export const ShareGroupTargetAssignmentMetadataValue = message(
  'ShareGroupTargetAssignmentMetadataValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    assignmentEpoch: int32,
    assignmentTimestamp: int64.tagged(0).default(0).ignorable(),
  },
)

/** Key of a share member's target assignment. */
export const ShareGroupTargetAssignmentMemberKey = message(
  'ShareGroupTargetAssignmentMemberKey',
  { versions: [0, 0], prefix: 13 },
  { groupId: string, memberId: string },
)

/** What a share member is to have. */
export const ShareGroupTargetAssignmentMemberValue = message(
  'ShareGroupTargetAssignmentMemberValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    topicPartitions: array({ topicId: uuid, partitions: array(int32) }),
  },
)

/** Key of a share member's current assignment. */
export const ShareGroupCurrentMemberAssignmentKey = message(
  'ShareGroupCurrentMemberAssignmentKey',
  { versions: [0, 0], prefix: 14 },
  { groupId: string, memberId: string },
)

const topicPartitions = { topicId: uuid, partitions: array(int32) }

/** What a share member has. */
export const ShareGroupCurrentMemberAssignmentValue = message(
  'ShareGroupCurrentMemberAssignmentValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    memberEpoch: int32,
    previousMemberEpoch: int32,
    state: int8,
    assignedPartitions: array(topicPartitions),
  },
)

/** Key of the share partitions of a group whose state is known to the share coordinator. */
export const ShareGroupStatePartitionMetadataKey = message(
  'ShareGroupStatePartitionMetadataKey',
  { versions: [0, 0], prefix: 15 },
  { groupId: string },
)

const topicPartitionsInfo = { topicId: uuid, topicName: string, partitions: array(int32) }

const topicInfo = { topicId: uuid, topicName: string }

/** Share partitions being initialized, initialized and being deleted. */
export const ShareGroupStatePartitionMetadataValue = message(
  'ShareGroupStatePartitionMetadataValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    initializingTopics: array(topicPartitionsInfo),
    initializedTopics: array(topicPartitionsInfo),
    deletingTopics: array(topicInfo),
  },
)
