/** TxnOffsetCommit, API key 28. */

import { api, array, int16, int32, int64, string, uuid } from '../schema/index.ts'

/**
 * Commits a group's positions as part of a transaction; the producer sends it to the group
 * coordinator.
 */
export const TxnOffsetCommit = api(
  28,
  'TxnOffsetCommit',
  { versions: [0, 6], flexible: 3 },
  {
    request: {
      transactionalId: string,
      groupId: string,
      producerId: int64,
      producerEpoch: int16,
      /** -1 and an empty member id leave out the fencing check (KIP-447). */
      generationIdOrMemberEpoch: int32.since(3).default(-1),
      memberId: string.since(3).default(''),
      groupInstanceId: string.nullable().since(3).default(null),
      topics: array({
        name: string.until(5).ignorable(),
        topicId: uuid.since(6).ignorable(),
        partitions: array({
          partitionIndex: int32,
          committedOffset: int64,
          committedLeaderEpoch: int32.since(2).default(-1).ignorable(),
          committedMetadata: string.nullable(),
        }),
      }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      topics: array({
        name: string.until(5).ignorable(),
        topicId: uuid.since(6).ignorable(),
        partitions: array({ partitionIndex: int32, errorCode: int16.default(0) }),
      }),
    },
  },
)
