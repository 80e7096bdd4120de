// EndTxn (key 26): commits or aborts a producer's transaction. The answer leaves when the decision is committed; markers
// follow. From version 5 on (transaction version 2, KIP-890) it brings the id and epoch to go on with.

import { EndTxn, KafkaError } from '@samsa/protocol'
import { forClient } from './fenced-producer.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

/** Ends a transaction. */
export const endTxn = handle(EndTxn, (request, context) =>
  settleAsync({}, async () => {
    const { transactionalId, committed: isCommit } = request
    context.authorize('Write', 'TransactionalId', transactionalId)
    const isVersion2 = context.version >= 5
    const clientVersion = isVersion2 ? 2 : 0
    try {
      const end = { ...request, isCommit, clientVersion }
      const identity = await context.transactions.endTransaction(end)
      return isVersion2 ? identity : {}
    } catch (error) {
      throw error instanceof KafkaError ? forClient(error, context.version >= 2) : error
    }
  }),
)
