/** OffsetDelete, API key 47. */

import { api, array, int16, int32, string } from '../schema/index.ts'

/** ? */
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
