/** OffsetDelete, API key 47. */

import { api, array, int16, int32, string } from '../schema/index.ts'

/**
 * Deletes a group's committed offsets of partitions that it is not subscribed to; admin tools
 * send it.
 */
export const OffsetDelete = api(
  47,
  'OffsetDelete',
  { versions: [0, 0] },
  {
    request: {
      groupId: string,
      topics: array({
        name: string,
        partitions: array({ partitionIndex: int32 }),
      }),
    },
    response: {
      errorCode: int16.default(0),
      throttleTimeMs: int32.default(0).ignorable(),
      topics: array({
        name: string,
        partitions: array({ partitionIndex: int32, errorCode: int16.default(0) }),
      }),
    },
  },
)
