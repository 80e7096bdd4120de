// What an error says of an operation: that it certainly did not happen, or that nobody knows. Taking the one for the
// other makes a checker blind or unjust, so there is one table for all clients.

import type { Outcome } from './history.ts'

/** Errors after which the operation may have happened, or may still happen. */
const UNKNOWN: ReadonlySet<string> = new Set([
  'REQUEST_TIMED_OUT',
  'NETWORK_EXCEPTION',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'UNKNOWN_SERVER_ERROR',
  // A leader that resigns tells so those who wait for records that it has appended.
  'NOT_LEADER_OR_FOLLOWER',
  'KAFKA_STORAGE_ERROR',
  // A coordinator that goes away may have written the decision before.
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  // Out of order because an earlier attempt of the same batch arrived.
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  // Fenced while ending a transaction: an earlier attempt may have ended it.
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_TXN_STATE',
])

/**
 * What came of an operation that ended with an error: by Kafka's name, or `undefined` for a broken connection or a
 * timeout of the client's own. `isEnding` for the commit of a transaction: its errors leave more open.
 */
export function outcomeOf(error: string | undefined, isEnding = false): Outcome {
  if (error === undefined || UNKNOWN.has(error)) return 'info'
  return isEnding && error === 'CONCURRENT_TRANSACTIONS' ? 'info' : 'fail'
}
