/** ReadShareGroupStateSummary, API key 87. */

import { api, array, int16, int32, int64, string, uuid } from '../schema/index.ts'

/** Where does each share partition start? The group coordinator asks the share coordinator. */
export const ReadShareGroupStateSummary = api(
  87,
  'ReadShareGroupStateSummary',
  { versions: [0, 1], flexible: 0 },
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
          leaderEpoch: int32,
          startOffset: int64,
          deliveryCompleteCount: int32.since(1).default(-1).ignorable(),
        }),
      }),
    },
  },
)
