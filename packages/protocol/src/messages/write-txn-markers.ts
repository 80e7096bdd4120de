/** WriteTxnMarkers, API key 27. */

import { api, array, bool, int16, int32, int64, int8, string } from '../schema/index.ts'

/** ? */
export const WriteTxnMarkers = api(
  27,
  'WriteTxnMarkers',
  { versions: [0, 2], flexible: 1 },
  {
    request: {
      markers: array({
        producerId: int64,
        producerEpoch: int16,
        transactionResult: bool,
        topics: array({ name: string, partitionIndexes: array(int32) }),
        coordinatorEpoch: int32,
        transactionVersion: int8.since(2).default(0).ignorable(),
      }),
    },
    response: {
      markers: array({
        producerId: int64,
        topics: array({
          name: string,
          partitions: array({ partitionIndex: int32, errorCode: int16.default(0) }),
        }),
      }),
    },
  },
)
