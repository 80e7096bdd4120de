/** DescribeTopicPartitions, API key 75. */

import { api, array, bool, int16, int32, string, struct, uuid } from '../schema/index.ts'

/** Topics and partitions, a page at a time; admin tools ask, and fall back to Metadata. */
export const DescribeTopicPartitions = api(
  75,
  'DescribeTopicPartitions',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      /** Empty: all. */
      topics: array({ name: string }),
      responsePartitionLimit: int32.default(2000),
      /** Where to go on: the `nextCursor` of the last answer. */
      cursor: struct({ topicName: string, partitionIndex: int32 }).nullable().default(null),
    },
    response: {
      throttleTimeMs: int32.default(0).ignorable(),
      topics: array({
        errorCode: int16.default(0),
        name: string.nullable(),
        topicId: uuid.ignorable(),
        isInternal: bool.default(false).ignorable(),
        partitions: array({
          errorCode: int16.default(0),
          partitionIndex: int32,
          leaderId: int32,
          leaderEpoch: int32.default(-1).ignorable(),
          replicaNodes: array(int32),
          isrNodes: array(int32),
          eligibleLeaderReplicas: array(int32).nullable().default(null),
          lastKnownElr: array(int32).nullable().default(null),
          offlineReplicas: array(int32).ignorable(),
        }),
        topicAuthorizedOperations: int32.default(-2147483648),
      }),
      /** Null: this was the last page. */
      nextCursor: struct({ topicName: string, partitionIndex: int32 }).nullable().default(null),
    },
  },
)
