// DescribeTransactions (key 65): the transactions of some transactional ids in full (KIP-664). Topics the client may not
// see are left out.

import { DescribeTransactions } from '@samsa/protocol'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

const NOTHING = {
  transactionState: '',
  transactionTimeoutMs: 0,
  transactionStartTimeMs: 0,
  producerId: 0,
  producerEpoch: 0,
  topics: [] as { topic: string; partitions: number[] }[],
}

/** Describes transactions. */
export const describeTransactions = handle(DescribeTransactions, async (request, context) => ({
  transactionStates: await Promise.all(
    request.transactionalIds.map((transactionalId) =>
      settleAsync({ transactionalId, ...NOTHING }, async () => {
        context.authorize('Describe', 'TransactionalId', transactionalId)
        const { partitions, ...described } = await context.transactions.describe(transactionalId)
        const topics = Array.from(partitions, ([topic, ids]) => ({ topic, partitions: [...ids] }))
        return {
          ...described,
          topics: topics.filter(({ topic }) => context.isAuthorized('Describe', 'Topic', topic)),
        }
      }),
    ),
  ),
}))
