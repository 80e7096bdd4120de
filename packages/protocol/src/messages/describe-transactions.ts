/** DescribeTransactions, API key 65. */

import { api, array, int16, int32, int64, string } from '../schema/index.ts'

/** State and partitions of transactions; admin tools ask the transaction coordinator. */
export const DescribeTransactions = api(
  65,
  'DescribeTransactions',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      transactionalIds: array(string),
    },
    response: {
      throttleTimeMs: int32.default(0),
      transactionStates: array({
        errorCode: int16.default(0),
        transactionalId: string,
        /**
         * Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, CompleteAbort, Dead or
         * PrepareEpochFence.
         */
        transactionState: string,
        transactionTimeoutMs: int32,
        /** -1: no transaction is open. */
        transactionStartTimeMs: int64,
        producerId: int64,
        producerEpoch: int16,
        topics: array({ topic: string, partitions: array(int32) }),
      }),
    },
  },
)
