/** StreamsGroupHeartbeat, API key 88. */

import {
  api,
  array,
  bool,
  int16,
  int32,
  int64,
  int8,
  string,
  struct,
  uint16,
} from '../schema/index.ts'

const keyValue = { key: string, value: string }

const topicInfo = {
  name: string,
  partitions: int32,
  replicationFactor: int16,
  topicConfigs: array(keyValue),
}

const endpoint = { host: string, port: uint16 }

const taskOffset = { subtopologyId: string, partition: int32, offset: int64 }

const taskIds = { subtopologyId: string, partitions: array(int32) }

const status = { statusCode: int8, statusDetail: string }

const topicPartition = { topic: string, partitions: array(int32) }

/**
 * The one request of a KIP-1071 Streams member: joins, leaves, describes its topology and
 * receives its tasks.
 */
export const StreamsGroupHeartbeat = api(
  88,
  'StreamsGroupHeartbeat',
  { versions: [0, 1], flexible: 0 },
  {
    request: {
      groupId: string,
      memberId: string,
      /**
       * 0 joins, -1 leaves, -2 leaves for a while as a static member; otherwise the last epoch
       * received.
       */
      memberEpoch: int32,
      endpointInformationEpoch: int32,
      instanceId: string.nullable().default(null),
      rackId: string.nullable().default(null),
      rebalanceTimeoutMs: int32.default(-1),
      /** Sent when joining; null afterwards. */
      topology: struct({
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
      })
        .nullable()
        .default(null),
      /** What the member runs now; null: unchanged. So with standby and warm-up tasks. */
      activeTasks: array(taskIds).nullable().default(null),
      standbyTasks: array(taskIds).nullable().default(null),
      warmupTasks: array(taskIds).nullable().default(null),
      processId: string.nullable().default(null),
      userEndpoint: struct(endpoint).nullable().default(null),
      clientTags: array(keyValue).nullable().default(null),
      taskOffsets: array(taskOffset).nullable().default(null),
      taskEndOffsets: array(taskOffset).nullable().default(null),
      shutdownApplication: bool.default(false),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable().default(null),
      memberId: string,
      memberEpoch: int32,
      heartbeatIntervalMs: int32,
      acceptableRecoveryLagLegacy: int32.until(0),
      taskOffsetIntervalMs: int32,
      acceptableRecoveryLag: int64.since(1).default(-1).ignorable(),
      status: array(status).nullable(),
      activeTasks: array(taskIds).nullable().default(null),
      standbyTasks: array(taskIds).nullable().default(null),
      warmupTasks: array(taskIds).nullable().default(null),
      topologyDescriptionRequired: bool.since(1).default(false),
      endpointInformationEpoch: int32,
      partitionsByUserEndpoint: array({
        userEndpoint: struct(endpoint),
        activePartitions: array(topicPartition),
        standbyPartitions: array(topicPartition),
      })
        .nullable()
        .default(null),
    },
  },
)
