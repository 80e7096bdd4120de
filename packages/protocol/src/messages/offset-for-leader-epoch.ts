/** OffsetForLeaderEpoch, API key 23. */

import { api, array, int16, int32, int64, string } from '../schema/index.ts'

/** ? */
export const OffsetForLeaderEpoch = api(
  23,
  'OffsetForLeaderEpoch',
  { versions: [0, 4], flexible: 4 },
  {
    request: {
      replicaId: int32.since(3).default(-2).ignorable(),
      topics: array({
        topic: string,
        partitions: array({
          partition: int32,
          currentLeaderEpoch: int32.since(2).default(-1).ignorable(),
          leaderEpoch: int32,
        }),
      }),
    },
    response: {
      throttleTimeMs: int32.since(2).default(0).ignorable(),
      topics: array({
        topic: string,
        partitions: array({
          errorCode: int16.default(0),
          partition: int32,
          leaderEpoch: int32.since(1).default(-1).ignorable(),
          endOffset: int64.default(-1),
        }),
      }),
    },
  },
)
