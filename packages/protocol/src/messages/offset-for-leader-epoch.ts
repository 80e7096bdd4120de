/** OffsetForLeaderEpoch, API key 23. */

import { api, array, int16, int32, int64, string } from '../schema/index.ts'

/**
 * Where did each leader epoch end? Followers and consumers ask this before truncating or
 * resuming.
 */
export const OffsetForLeaderEpoch = api(
  23,
  'OffsetForLeaderEpoch',
  { versions: [0, 4], flexible: 4 },
  {
    request: {
      /** Broker id of the asking follower, -1 for a consumer, -2 for debugging. */
      replicaId: int32.since(3).default(-2).ignorable(),
      topics: array({
        topic: string,
        partitions: array({
          partition: int32,
          /** What the client believes; -1 leaves out the fencing check. */
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
          /** The largest epoch at or below the asked one; -1 where none is known. */
          leaderEpoch: int32.since(1).default(-1).ignorable(),
          /** First offset after that epoch; -1 where none is known. */
          endOffset: int64.default(-1),
        }),
      }),
    },
  },
)
