/** DeleteRecords, API key 21. */

import { api, array, int16, int32, int64, string } from '../schema/index.ts'

/**
 * Raises the log start offset of partitions; admin tools and Streams send it to the leaders.
 */
export const DeleteRecords = api(
  21,
  'DeleteRecords',
  { versions: [0, 2], flexible: 2 },
  {
    request: {
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          /** All records before it go; -1: up to the high watermark. */
          offset: int64,
        }),
      }),
      timeoutMs: int32,
    },
    response: {
      throttleTimeMs: int32.default(0),
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          /** The lowest log start offset among all replicas. */
          lowWatermark: int64,
          errorCode: int16.default(0),
        }),
      }),
    },
  },
)
