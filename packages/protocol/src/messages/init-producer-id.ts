/** InitProducerId, API key 22. */

import { api, bool, int16, int32, int64, string } from '../schema/index.ts'

/**
 * Gives a producer its id and epoch, and ends what an earlier producer of the same
 * transactional id left open.
 */
export const InitProducerId = api(
  22,
  'InitProducerId',
  { versions: [0, 6], flexible: 2, latestVersionUnstable: true },
  {
    request: {
      /** Null: idempotent only. */
      transactionalId: string.nullable(),
      transactionTimeoutMs: int32,
      /** With its epoch: asks for the next epoch of the same id (KIP-360). -1: a new start. */
      producerId: int64.since(3).default(-1),
      producerEpoch: int16.since(3).default(-1),
      enable2Pc: bool.since(6).default(false),
      keepPreparedTxn: bool.since(6).default(false),
    },
    response: {
      throttleTimeMs: int32.default(0).ignorable(),
      errorCode: int16.default(0),
      producerId: int64.default(-1),
      producerEpoch: int16,
      ongoingTxnProducerId: int64.since(6).default(-1),
      ongoingTxnProducerEpoch: int16.since(6).default(-1),
    },
  },
)
