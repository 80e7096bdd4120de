/** ListTransactions, API key 66. */

import { api, array, int16, int32, int64, string } from '../schema/index.ts'

/** The transactions that a coordinator knows; admin tools ask every broker. */
export const ListTransactions = api(
  66,
  'ListTransactions',
  { versions: [0, 2], flexible: 0 },
  {
    request: {
      /** Empty: all states. */
      stateFilters: array(string),
      producerIdFilters: array(int64),
      /** Only those that run longer, in ms; -1: all. */
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
