// Transactions as ListTransactions and DescribeTransactions show them (KIP-664, KIP-994, KIP-1152).

import { KafkaError } from '@samsa/protocol'
import { compileRegex } from '../groups/consumer/regex/automaton.ts'
import type { TopicPartitions } from './topic-partitions.ts'
import type { Transaction } from './transaction.ts'
import type { TransactionStateName } from './transaction-state.ts'

/** Which transactions are asked for; an empty set asks for all. */
export interface TransactionFilter {
  readonly states: ReadonlySet<string>
  readonly producerIds: ReadonlySet<number>
  /** Only those that began longer ago than this; negative: all. */
  readonly minDurationMs: number
  /** A regular expression that the whole id must match (RE2); null or empty: all. */
  readonly idPattern: string | null
}

/** One line of the list. */
export interface ListedTransaction {
  readonly transactionalId: string
  readonly producerId: number
  readonly transactionState: TransactionStateName
}

/** One transaction in full. */
export interface DescribedTransaction extends ListedTransaction {
  readonly producerEpoch: number
  readonly transactionTimeoutMs: number
  /** -1 before the first partition. */
  readonly transactionStartTimeMs: number
  readonly partitions: TopicPartitions
}

/** Whether a transaction passes the filter. Throws INVALID_REGULAR_EXPRESSION. */
export function transactionFilter(
  filter: TransactionFilter,
  nowMs: number,
): (transaction: Transaction) => boolean {
  const { states, producerIds, minDurationMs, idPattern } = filter
  const pattern = idPattern ? compileRegex(idPattern) : undefined
  return ({ transactionalId, producerId, state, startMs }) => {
    if (states.size > 0 && !states.has(state)) return false
    if (producerIds.size > 0 && !producerIds.has(producerId)) return false
    if (minDurationMs >= 0 && nowMs - startMs <= minDurationMs) return false
    return pattern === undefined || pattern.matches(transactionalId)
  }
}

/** The line of a transaction. */
export function listTransaction(transaction: Transaction): ListedTransaction {
  const { transactionalId, producerId, state: transactionState } = transaction
  return { transactionalId, producerId, transactionState }
}

/** Throws TRANSACTIONAL_ID_NOT_FOUND. */
export function describeTransaction(
  transactionalId: string,
  transaction: Transaction | undefined,
): DescribedTransaction {
  if (transaction === undefined) {
    throw new KafkaError('TRANSACTIONAL_ID_NOT_FOUND', `There is no ${transactionalId}.`)
  }
  const { producerId, producerEpoch, state, timeoutMs, startMs, partitions } = transaction
  return {
    transactionalId,
    producerId,
    producerEpoch,
    transactionState: state,
    transactionTimeoutMs: timeoutMs,
    transactionStartTimeMs: startMs,
    partitions,
  }
}
