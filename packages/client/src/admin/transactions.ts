// Transactions: listed, described, ended from outside; those that hang are found (KIP-664).

import {
  DescribeTransactions,
  InitProducerId,
  KafkaError,
  ListTransactions,
  WriteTxnMarkers,
} from '@samsa/protocol'
import type { OpenLink } from '../cluster/open-link.ts'
import type { Desk } from './desk.ts'
import { type AdminCallOptions, checkCode, outcomeOf } from './errand.ts'
import { findHanging, type HangingQuestion } from './hanging-transactions.ts'
import { partitionKey, type TopicPartition } from './partition-key.ts'
import type { RecordAdmin } from './records.ts'
import type { Results } from './results.ts'
import { askMetadata, toBroker, toCoordinator, toLeader } from './routes.ts'

/** A transactional id in a list. */
export interface TransactionListing {
  readonly transactionalId: string
  readonly producerId: number
  /** `Empty`, `Ongoing`, `PrepareCommit`, `PrepareAbort`, `CompleteCommit`, `CompleteAbort` … */
  readonly state: string
  readonly coordinatorId: number
}

/** A transactional id and what it is doing. */
export interface TransactionDescription extends TransactionListing {
  readonly producerEpoch: number
  readonly timeoutMs: number
  /** Milliseconds since the epoch; undefined while no transaction is open. */
  readonly startedAtMs: number | undefined
  readonly partitions: readonly TopicPartition[]
}

/** Which transactions to list. */
export interface TransactionFilter {
  readonly states?: readonly string[]
  readonly producerIds?: readonly number[]
  /** Only those that have been open for longer (Kafka 3.8 and later). */
  readonly openLongerThanMs?: number
  /** A regular expression of Java's RE2 (Kafka 4.1 and later). */
  readonly transactionalIdPattern?: string
}

/** A transaction in one partition that nobody is going to end. */
export interface HangingTransaction extends TopicPartition {
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
  readonly startOffset: number
  readonly lastTimestamp: number
}

/** An open transaction in a partition. */
export interface AbortedTransaction extends TopicPartition {
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
}

/** Admin calls about transactions. */
export class TransactionAdmin {
  readonly #desk: Desk
  readonly #records: RecordAdmin

  constructor(desk: Desk, records: RecordAdmin) {
    this.#desk = desk
    this.#records = records
  }

  /** Transactions of all coordinators. Rejects when one of them cannot be asked. */
  async list(options: AdminCallOptions & TransactionFilter = {}): Promise<TransactionListing[]> {
    const { cluster } = this.#desk
    await askMetadata(cluster, { topics: [] }, this.#desk.patience(options))
    const lists = await this.#desk.run<number, number, TransactionListing[]>(
      {
        items: [...cluster.metadata.brokers.keys()],
        keyOf: (brokerId) => brokerId,
        nameOf: (brokerId) => `Broker ${brokerId}`,
        route: toBroker(cluster, (brokerId) => brokerId),
        ask: async (link, _part, { brokerId }) => {
          return new Map([[brokerId, await listTransactions(link, options, brokerId)]])
        },
      },
      options,
    )
    return [...lists.values()]
      .flat()
      .sort((a, b) => (a.transactionalId < b.transactionalId ? -1 : 1))
  }

  /** State and partitions; the results are by transactional id. TRANSACTIONAL_ID_NOT_FOUND. */
  describe(
    transactionalIds: readonly string[],
    options: AdminCallOptions = {},
  ): Results<string, TransactionDescription> {
    return this.#desk.run<string, string, TransactionDescription>(
      {
        items: transactionalIds,
        keyOf: (id) => id,
        nameOf: (id) => `Transactional id ${id}`,
        route: toCoordinator(this.#desk.cluster, 'transaction', (id) => id),
        ask: async (link, part, { brokerId }) => {
          const answer = await link.send(DescribeTransactions, { transactionalIds: part })
          return new Map(
            answer.transactionStates.map((result) => {
              const startedAtMs = result.transactionStartTimeMs
              const description: TransactionDescription = {
                transactionalId: result.transactionalId,
                producerId: result.producerId,
                producerEpoch: result.producerEpoch,
                state: result.transactionState,
                coordinatorId: brokerId,
                timeoutMs: result.transactionTimeoutMs,
                startedAtMs: startedAtMs < 0 ? undefined : startedAtMs,
                partitions: result.topics.flatMap(({ topic, partitions }) => {
                  return partitions.map((partition) => ({ topic, partition }))
                }),
              }
              return [result.transactionalId, outcomeOf(result, description)]
            }),
          )
        },
      },
      options,
    )
  }

  /**
   * Makes producers of these ids impossible to go on, and aborts what they left open; the results are by transactional id:
   * the producer id and epoch from then on.
   */
  fence(
    transactionalIds: readonly string[],
    options: AdminCallOptions = {},
  ): Results<string, { readonly producerId: number; readonly producerEpoch: number }> {
    return this.#desk.run(
      {
        items: transactionalIds,
        keyOf: (id) => id,
        nameOf: (id) => `Transactional id ${id}`,
        route: toCoordinator(this.#desk.cluster, 'transaction', (id) => id),
        ask: async (link, part) => {
          const answers = await Promise.all(
            part.map(async (transactionalId) => {
              // Nobody will use the new epoch: the shortest timeout does.
              const request = { transactionalId, transactionTimeoutMs: 1 }
              const answer = await link.send(InitProducerId, request)
              const { producerId, producerEpoch } = answer
              return [transactionalId, outcomeOf(answer, { producerId, producerEpoch })] as const
            }),
          )
          return new Map(answers)
        },
      },
      options,
    )
  }

  /** Transactions that are open in a partition, though their coordinators do not know them: candidates for `abort`. */
  findHanging(options: AdminCallOptions & HangingQuestion = {}): Promise<HangingTransaction[]> {
    return findHanging(this.#desk, { records: this.#records, transactions: this }, options)
  }

  /** Writes abort markers for transactions that hang; the results are by `topic-partition:producerId`. */
  abort(
    transactions: readonly AbortedTransaction[],
    options: AdminCallOptions = {},
  ): Results<string, void> {
    return this.#desk.run<AbortedTransaction, string, void>(
      {
        items: transactions,
        keyOf: (transaction) => `${partitionKey(transaction)}:${transaction.producerId}`,
        nameOf: (transaction) => {
          return `Transaction of producer ${transaction.producerId} in ${partitionKey(transaction)}`
        },
        route: toLeader(this.#desk.cluster, (transaction) => transaction),
        mayLag: true,
        ask: async (link, part) => {
          const markers = part.map(({ topic, partition, coordinatorEpoch, ...producer }) => ({
            producerId: producer.producerId,
            producerEpoch: producer.producerEpoch,
            // A producer that has had no marker yet is not fenced by any epoch.
            coordinatorEpoch: Math.max(0, coordinatorEpoch),
            transactionResult: false,
            topics: [{ name: topic, partitionIndexes: [partition] }],
          }))
          const answer = await link.send(WriteTxnMarkers, { markers })
          return new Map(
            answer.markers.flatMap(({ producerId, topics }) => {
              return topics.flatMap(({ name, partitions }) => {
                return partitions.map((result) => {
                  const key = partitionKey({ topic: name, partition: result.partitionIndex })
                  return [`${key}:${producerId}`, outcomeOf(result, undefined)] as const
                })
              })
            }),
          )
        },
      },
      options,
    )
  }
}

async function listTransactions(
  link: OpenLink,
  filter: TransactionFilter,
  coordinatorId: number,
): Promise<TransactionListing[]> {
  const version = link.version(ListTransactions)
  const { states = [], producerIds = [], openLongerThanMs, transactionalIdPattern } = filter
  if (openLongerThanMs !== undefined && version < 1) throw tooOld(link, 'duration')
  if (transactionalIdPattern !== undefined && version < 2) throw tooOld(link, 'pattern')
  const answer = await link.sendVersion(ListTransactions, version, {
    stateFilters: states,
    producerIdFilters: producerIds,
    ...(openLongerThanMs === undefined ? {} : { durationFilter: openLongerThanMs }),
    ...(transactionalIdPattern === undefined ? {} : { transactionalIdPattern }),
  })
  checkCode(answer.errorCode)
  if (answer.unknownStateFilters.length > 0) {
    const message = `Transactions have no state ${answer.unknownStateFilters.join(', ')}.`
    throw new KafkaError('INVALID_REQUEST', message)
  }
  return answer.transactionStates.map(({ transactionState, ...transaction }) => {
    return { ...transaction, state: transactionState, coordinatorId }
  })
}

function tooOld(link: OpenLink, what: string): KafkaError {
  const message = `${link.name} cannot filter transactions by ${what}.`
  return new KafkaError('UNSUPPORTED_VERSION', message)
}
