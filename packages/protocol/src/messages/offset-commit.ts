/** OffsetCommit, API key 8. */

import { api, array, int16, int32, int64, string, uuid } from '../schema/index.ts'

/** ? */
export const OffsetCommit = api(
  8,
  'OffsetCommit',
  { versions: [0, 10], flexible: 8 },
  {
    request: {
      groupId: string,
      generationIdOrMemberEpoch: int32.since(1).default(-1).ignorable(),
      memberId: string.since(1).ignorable(),
      groupInstanceId: string.nullable().since(7).default(null),
      retentionTimeMs: int64.since(2).until(4).default(-1).ignorable(),
      topics: array({
        name: string.until(9).ignorable(),
        topicId: uuid.since(10).ignorable(),
        partitions: array({
          partitionIndex: int32,
          committedOffset: int64,
          committedLeaderEpoch: int32.since(6).default(-1).ignorable(),
          commitTimestamp: int64.since(1).until(1).default(-1),
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
