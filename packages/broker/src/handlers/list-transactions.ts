// ListTransactions (key 66): the transactional ids coordinated here, by state and producer id (KIP-664). Ids the client
// may not see are left out.
//
// - Version 1 asks for transactions that have been open for long (KIP-994), 2 for ids of a pattern (KIP-1152).

import { ListTransactions } from '@samsa/protocol'
import { isStateName } from '../transactions/transaction-state.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

/** Lists transactions. */
export const listTransactions = handle(ListTransactions, (request, context) => {
  const unknownStateFilters = request.stateFilters.filter((name) => !isStateName(name))
  return settleAsync({ unknownStateFilters, transactionStates: [] }, async () => {
    const listed = await context.transactions.list({
      states: new Set(request.stateFilters),
      producerIds: new Set(request.producerIdFilters),
      minDurationMs: request.durationFilter,
      idPattern: request.transactionalIdPattern,
    })
    const transactionStates = listed.filter(({ transactionalId }) =>
      context.isAuthorized('Describe', 'TransactionalId', transactionalId),
    )
    return { transactionStates }
  })
})
