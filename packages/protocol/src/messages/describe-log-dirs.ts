/** DescribeLogDirs, API key 35. */

import { api, array, bool, int16, int32, int64, string, wideInt64 } from '../schema/index.ts'

/**
 * The log directories of a broker, and the replicas and bytes in them; admin tools ask every
 * broker.
 */
export const DescribeLogDirs = api(
  35,
  'DescribeLogDirs',
  { versions: [0, 5], flexible: 2 },
  {
    request: {
      /** Null: all. */
      topics: array({ topic: string, partitions: array(int32) }).nullable(),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.since(3).default(0).ignorable(),
      results: array({
        errorCode: int16.default(0),
        logDir: string,
        topics: array({
          name: string,
          partitions: array({
            partitionIndex: int32,
            partitionSize: int64,
            /** Behind the high watermark, or for a future replica behind the present one. */
            offsetLag: int64,
            /** A replica that is being moved here. */
            isFutureKey: bool,
          }),
        }),
        /** -1: unknown. Java reports Long.MAX_VALUE for volumes of no known end, hence wide. */
        totalBytes: wideInt64.since(4).default(-1n).ignorable(),
        /** As `totalBytes`. */
        usableBytes: wideInt64.since(4).default(-1n).ignorable(),
        isCordoned: bool.since(5).default(false).ignorable(),
      }),
    },
  },
)
