/** ListTransactions, API key 66. */

import { api, array, int16, int32, int64, string } from '../schema/index.ts'

/** ? */
export const ListTransactions = api(
  66,
  'ListTransactions',
  { versions: [0, 2], flexible: 0 },
  {
    request: {
      stateFilters: array(string),
      producerIdFilters: array(int64),
      durationFilter: int64.since(1).default(-1),
      transactionalIdPattern: string.nullable().since(2).default(null),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      unknownStateFilters: array(string),
      transactionStates: array({
        transactionalId: string,
        producerId: int64,
        transactionState: string,
      }),
    },
  },
)
