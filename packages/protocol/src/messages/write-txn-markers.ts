/** WriteTxnMarkers, API key 27. */

import { api, array, bool, int16, int32, int64, int8, string } from '../schema/index.ts'

/**
 * Writes commit or abort markers into partitions; the transaction coordinator sends it to
 * their leaders.
 */
export const WriteTxnMarkers = api(
  27,
  'WriteTxnMarkers',
  { versions: [0, 2], flexible: 1 },
  {
    request: {
      markers: array({
        producerId: int64,
        producerEpoch: int16,
        /** True: commit, false: abort. */
        transactionResult: bool,
        topics: array({ name: string, partitionIndexes: array(int32) }),
        coordinatorEpoch: int32,
        /** From 2 on the marker's epoch must be above the producer's last one (KIP-1228). */
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
