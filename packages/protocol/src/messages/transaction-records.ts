/** ? */

import { array, int16, int32, int64, int8, message, string } from '../schema/index.ts'

/** ? */
export const TransactionLogKey = message(
  'TransactionLogKey',
  { versions: [0, 0], prefix: 0 },
  { transactionalId: string },
)

/** ? */
export const TransactionLogValue = message(
  'TransactionLogValue',
  { versions: [0, 1], flexible: 1, prefix: 'version' },
  {
    producerId: int64,
    previousProducerId: int64.since(1).tagged(0).default(-1),
    nextProducerId: int64.since(1).tagged(1).default(-1),
    producerEpoch: int16,
    nextProducerEpoch: int16.since(1).tagged(3).default(-1),
    transactionTimeoutMs: int32,
    transactionStatus: int8,
    transactionPartitions: array({ topic: string, partitionIds: array(int32) }).nullable(),
    transactionLastUpdateTimestampMs: int64,
    transactionStartTimestampMs: int64,
    clientTransactionVersion: int16.since(1).tagged(2).default(0),
  },
)
