/** OffsetFetch, API key 9. */

import { api, array, bool, int16, int32, int64, string, uuid } from '../schema/index.ts'

/**
 * Reads a consumer group's committed positions; consumers and admin tools ask the group
 * coordinator.
 */
export const OffsetFetch = api(
  9,
  'OffsetFetch',
  { versions: [0, 10], flexible: 6 },
  {
    request: {
      groupId: string.until(7),
      /** Null: every partition that has an offset. */
      topics: array({ name: string, partitionIndexes: array(int32) })
        .nullable(2)
        .until(7),
      /** Several groups at once (KIP-709); takes the place of `groupId` and `topics`. */
      groups: array({
        groupId: string,
        memberId: string.nullable().since(9).default(null).ignorable(),
        memberEpoch: int32.since(9).default(-1).ignorable(),
        /** Null: every partition that has an offset. */
        topics: array({
          name: string.until(9).ignorable(),
          topicId: uuid.since(10).ignorable(),
          partitionIndexes: array(int32),
        }).nullable(),
      }).since(8),
      /** Answer UNSTABLE_OFFSET_COMMIT where a transaction has pending offsets (KIP-447). */
      requireStable: bool.since(7).default(false),
    },
    response: {
      throttleTimeMs: int32.since(3).default(0).ignorable(),
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          /** -1 where nothing is committed; that is no error. */
          committedOffset: int64,
          committedLeaderEpoch: int32.since(5).default(-1).ignorable(),
          metadata: string.nullable(),
          errorCode: int16.default(0),
        }),
      }).until(7),
      /** Of the whole group; version 0 and 1 put it into every partition. */
      errorCode: int16.since(2).until(7).default(0).ignorable(),
      groups: array({
        groupId: string,
        topics: array({
          name: string.until(9).ignorable(),
          topicId: uuid.since(10).ignorable(),
          partitions: array({
            partitionIndex: int32,
            /** -1 where nothing is committed; that is no error. */
            committedOffset: int64,
            committedLeaderEpoch: int32.default(-1).ignorable(),
            metadata: string.nullable(),
            errorCode: int16.default(0),
          }),
        }),
        errorCode: int16.default(0),
      }).since(8),
    },
  },
)
