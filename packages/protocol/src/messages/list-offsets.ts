/** ListOffsets, API key 2. */

import { api, array, int16, int32, int64, int8, string } from '../schema/index.ts'

/** ? */
export const ListOffsets = api(
  2,
  'ListOffsets',
  { versions: [0, 11], flexible: 6 },
  {
    request: {
      replicaId: int32,
      isolationLevel: int8.since(2),
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          currentLeaderEpoch: int32.since(4).default(-1).ignorable(),
          timestamp: int64,
          maxNumOffsets: int32.until(0).default(1),
        }),
      }),
      timeoutMs: int32.since(10).ignorable(),
    },
    response: {
      throttleTimeMs: int32.since(2).default(0).ignorable(),
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          errorCode: int16.default(0),
          oldStyleOffsets: array(int64).until(0),
          timestamp: int64.since(1).default(-1),
          offset: int64.since(1).default(-1),
          leaderEpoch: int32.since(4).default(-1),
        }),
      }),
    },
  },
)
