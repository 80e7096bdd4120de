/** OffsetCommit, API key 8. */

import { api, array, int16, int32, int64, string, uuid } from '../schema/index.ts'

/**
 * Stores a consumer group's positions; consumers and admin tools send it to the group
 * coordinator.
 */
export const OffsetCommit = api(
  8,
  'OffsetCommit',
  { versions: [0, 10], flexible: 8 },
  {
    request: {
      groupId: string,
      /**
       * -1 from a client outside any generation, which the group allows only while it is
       * empty.
       */
      generationIdOrMemberEpoch: int32.since(1).default(-1).ignorable(),
      memberId: string.since(1).ignorable(),
      groupInstanceId: string.nullable().since(7).default(null),
      /** -1: the broker's own retention. Later versions always use that. */
      retentionTimeMs: int64.since(2).until(4).default(-1).ignorable(),
      topics: array({
        name: string.until(9).ignorable(),
        topicId: uuid.since(10).ignorable(),
        partitions: array({
          partitionIndex: int32,
          /** The next offset to read, not the last one read. */
          committedOffset: int64,
          committedLeaderEpoch: int32.since(6).default(-1).ignorable(),
          commitTimestamp: int64.since(1).until(1).default(-1),
          /** Free text; null is taken as empty. */
          committedMetadata: string.nullable(),
        }),
      }),
    },
    response: {
      throttleTimeMs: int32.since(3).default(0).ignorable(),
      topics: array({
        name: string.until(9).ignorable(),
        topicId: uuid.since(10).ignorable(),
        partitions: array({ partitionIndex: int32, errorCode: int16.default(0) }),
      }),
    },
  },
)
