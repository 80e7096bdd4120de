/** DescribeShareGroupOffsets, API key 90. */

import { api, array, int16, int32, int64, string, uuid } from '../schema/index.ts'

/** The start offsets of share groups; admin tools ask the coordinator. */
export const DescribeShareGroupOffsets = api(
  90,
  'DescribeShareGroupOffsets',
  { versions: [0, 1], flexible: 0 },
  {
    request: {
      /** Every group of the list must be coordinated by this broker. */
      groups: array({
        groupId: string,
        /** Null: every topic of the group. */
        topics: array({ topicName: string, partitions: array(int32) }).nullable(),
      }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      groups: array({
        groupId: string,
        topics: array({
          topicName: string,
          topicId: uuid,
          partitions: array({
            partitionIndex: int32,
            startOffset: int64,
            leaderEpoch: int32,
            lag: int64.since(1).default(-1).ignorable(),
            errorCode: int16.default(0),
            errorMessage: string.nullable().default(null),
          }),
        }),
        errorCode: int16.default(0),
        errorMessage: string.nullable().default(null),
      }),
    },
  },
)
