/** ReadShareGroupState, API key 84. */

import { api, array, int16, int32, int64, int8, string, uuid } from '../schema/index.ts'

/** Reads the state of share partitions; their leader asks the share coordinator. */
export const ReadShareGroupState = api(
  84,
  'ReadShareGroupState',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      groupId: string,
      topics: array({
        topicId: uuid,
        partitions: array({ partition: int32, leaderEpoch: int32 }),
      }),
    },
    response: {
      results: array({
        topicId: uuid,
        partitions: array({
          partition: int32,
          errorCode: int16.default(0),
          errorMessage: string.nullable().default(null),
          stateEpoch: int32,
          startOffset: int64,
          stateBatches: array({
            firstOffset: int64,
            lastOffset: int64,
            deliveryState: int8,
            deliveryCount: int16,
          }),
        }),
      }),
    },
  },
)
