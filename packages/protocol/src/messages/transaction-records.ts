/** Records of the transaction coordinator in `__transaction_state`. */

import { array, int16, int32, int64, int8, message, string } from '../schema/index.ts'

/** Key of a transactional id's state. */
export const TransactionLogKey = message(
  'TransactionLogKey',
  { versions: [0, 0], prefix: 0 },
  { transactionalId: string },
)

/** The state of a transactional id: its producer, and its transaction if there is one. */
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
    /**
     * 0: Empty, 1: Ongoing, 2: PrepareCommit, 3: PrepareAbort, 4: CompleteCommit, 5:
     * CompleteAbort, 6: Dead, 7: PrepareEpochFence.
     */
    transactionStatus: int8,
    /** Null where the transaction is not going on. */
    transactionPartitions: array({ topic: string, partitionIds: array(int32) }).nullable(),
    transactionLastUpdateTimestampMs: int64,
    transactionStartTimestampMs: int64,
    clientTransactionVersion: int16.since(1).tagged(2).default(0),
  },
)
