// Transactions as ListTransactions and DescribeTransactions show them (KIP-664, KIP-994).

import { KafkaError } from '@samsa/protocol'
import type { TopicPartitions } from './topic-partitions.ts'
import type { Transaction } from './transaction.ts'
import type { TransactionStateName } from './transaction-state.ts'

/** Which transactions are asked for; an empty set asks for all. */
export interface TransactionFilter {
  readonly states: ReadonlySet<string>
  readonly producerIds: ReadonlySet<number>
  /** Only those that began longer ago than this; negative: all. */
  readonly minDurationMs: number
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

/** The transactions that pass the filter. */
export function listTransactions(
  transactions: Iterable<Transaction>,
  filter: TransactionFilter,
  nowMs: number,
): ListedTransaction[] {
  const listed = []
  for (const { transactionalId, producerId, state, startMs } of transactions) {
    if (filter.states.size > 0 && !filter.states.has(state)) continue
    if (filter.producerIds.size > 0 && !filter.producerIds.has(producerId)) continue
    if (filter.minDurationMs >= 0 && nowMs - startMs <= filter.minDurationMs) continue
    listed.push({ transactionalId, producerId, transactionState: state })
  }
  return listed
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
