/** AddOffsetsToTxn, API key 25. */

import { api, int16, int32, int64, string } from '../schema/index.ts'

/**
 * Adds a group's offsets partition to a transaction; a producer sends it before
 * TxnOffsetCommit.
 */
export const AddOffsetsToTxn = api(
  25,
  'AddOffsetsToTxn',
  { versions: [0, 4], flexible: 3 },
  {
    request: {
      transactionalId: string,
      producerId: int64,
      producerEpoch: int16,
      groupId: string,
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
    },
  },
)
