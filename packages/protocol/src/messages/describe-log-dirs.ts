/** DescribeLogDirs, API key 35. */

import { api, array, bool, int16, int32, int64, string, wideInt64 } from '../schema/index.ts'

/** ? */
export const DescribeLogDirs = api(
  35,
  'DescribeLogDirs',
  { versions: [0, 5], flexible: 2 },
  {
    request: {
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
            offsetLag: int64,
            isFutureKey: bool,
          }),
        }),
        totalBytes: wideInt64.since(4).default(-1n).ignorable(),
        usableBytes: wideInt64.since(4).default(-1n).ignorable(),
        isCordoned: bool.since(5).default(false).ignorable(),
      }),
    },
  },
)
