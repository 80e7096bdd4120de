/**
 * Records of streams groups (KIP-1071) in `__consumer_offsets`; a null value is a tombstone.
 */

import {
  array,
  int16,
  int32,
  int64,
  int8,
  message,
  string,
  struct,
  uint16,
  wideInt64,
} from '../schema/index.ts'

/** Key of a streams group's epoch. */
export const StreamsGroupMetadataKey = message(
  'StreamsGroupMetadataKey',
  { versions: [0, 0], prefix: 17 },
  { groupId: string },
)

const lastAssignmentConfig = { key: string, value: string }

/** The epoch of a streams group, and what its last assignment was made from. */
export const StreamsGroupMetadataValue = message(
  'StreamsGroupMetadataValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    epoch: int32,
    /** A hash over the source topics: all 64 bits are used, hence wide. */
    metadataHash: wideInt64,
    validatedTopologyEpoch: int32.tagged(0).default(-1),
    lastAssignmentConfigs: array(lastAssignmentConfig).nullable().tagged(1),
    storedDescriptionTopologyEpoch: int32.tagged(2).default(-1),
    failedDescriptionTopologyEpoch: int32.tagged(3).default(-1),
  },
)

/** Key of a streams member. */
export const StreamsGroupMemberMetadataKey = message(
  'StreamsGroupMemberMetadataKey',
  { versions: [0, 0], prefix: 19 },
  { groupId: string, memberId: string },
)

const endpoint = { host: string, port: uint16 }

const keyValue = { key: string, value: string }

/** A member of a streams group. */
export const StreamsGroupMemberMetadataValue = message(
  'StreamsGroupMemberMetadataValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    instanceId: string.nullable(),
    rackId: string.nullable(),
    clientId: string,
    clientHost: string,
    rebalanceTimeoutMs: int32.default(-1),
    topologyEpoch: int32,
    processId: string,
    userEndpoint: struct(endpoint).nullable().default(null),
    clientTags: array(keyValue),
  },
)

/** Key of the epoch of a streams group's target assignment. */
export const StreamsGroupTargetAssignmentMetadataKey = message(
  'StreamsGroupTargetAssignmentMetadataKey',
  { versions: [0, 0], prefix: 20 },
  { groupId: string },
)

/** The epoch of a streams group's target assignment. */
export const StreamsGroupTargetAssignmentMetadataValue = message(
  'StreamsGroupTargetAssignmentMetadataValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    assignmentEpoch: int32,
    assignmentTimestamp: int64.tagged(0).default(0).ignorable(),
  },
)

/** Key of a streams member's target assignment. */
export const StreamsGroupTargetAssignmentMemberKey = message(
  'StreamsGroupTargetAssignmentMemberKey',
  { versions: [0, 0], prefix: 21 },
  { groupId: string, memberId: string },
)

const taskIds = { subtopologyId: string, partitions: array(int32) }

/** The tasks that a streams member is to have. */
export const StreamsGroupTargetAssignmentMemberValue = message(
  'StreamsGroupTargetAssignmentMemberValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    activeTasks: array(taskIds),
    standbyTasks: array(taskIds),
    warmupTasks: array(taskIds),
  },
)

/** Key of a streams member's current assignment. */
export const StreamsGroupCurrentMemberAssignmentKey = message(
  'StreamsGroupCurrentMemberAssignmentKey',
  { versions: [0, 0], prefix: 22 },
  { groupId: string, memberId: string },
)

const taskIdsAndEpochs = {
  subtopologyId: string,
  partitions: array(int32),
  assignmentEpochs: array(int32).nullable().tagged(0),
}

/** The tasks that a streams member has, and those it is still giving up. */
export const StreamsGroupCurrentMemberAssignmentValue = message(
  'StreamsGroupCurrentMemberAssignmentValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    memberEpoch: int32,
    previousMemberEpoch: int32,
    state: int8,
    activeTasks: array(taskIdsAndEpochs),
    standbyTasks: array(taskIdsAndEpochs),
    warmupTasks: array(taskIdsAndEpochs),
    activeTasksPendingRevocation: array(taskIdsAndEpochs),
    standbyTasksPendingRevocation: array(taskIdsAndEpochs),
    warmupTasksPendingRevocation: array(taskIdsAndEpochs),
  },
)

/** Key of a streams group's topology. */
export const StreamsGroupTopologyKey = message(
  'StreamsGroupTopologyKey',
  { versions: [0, 0], prefix: 23 },
  { groupId: string },
)

const topicConfig = { key: string, value: string }

const topicInfo = {
  name: string,
  partitions: int32,
  replicationFactor: int16,
  topicConfigs: array(topicConfig),
}

/** The topology of a streams group. */
export const StreamsGroupTopologyValue = message(
  'StreamsGroupTopologyValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    epoch: int32,
    subtopologies: array({
      subtopologyId: string,
      sourceTopics: array(string),
      sourceTopicRegex: array(string),
      stateChangelogTopics: array(topicInfo),
      repartitionSinkTopics: array(string),
      repartitionSourceTopics: array(topicInfo),
      copartitionGroups: array({
        sourceTopics: array(int16),
        sourceTopicRegex: array(int16),
        repartitionSourceTopics: array(int16),
      }),
    }),
  },
)
