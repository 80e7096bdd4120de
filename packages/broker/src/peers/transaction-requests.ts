// What transaction coordinators ask other brokers: markers in the partitions they lead (WriteTxnMarkers), and whether a
// transaction that another broker coordinates includes a partition led here (AddPartitionsToTxn from version 4 on).

import { AddPartitionsToTxn, errorName, KafkaError, WriteTxnMarkers } from '@samsa/protocol'
import type { MarkerRequest, MarkerResult, TransactionPeers } from '../transactions/markers.ts'
import type { TopicPartitions } from '../transactions/topic-partitions.ts'
import type { BrokerPeers } from './broker-peers.ts'

const channel = 'transactions'

/** Other brokers, as transactions need them. */
export class TransactionRequests implements TransactionPeers {
  readonly #peers: BrokerPeers
  readonly #timeoutMs: () => number

  /** `timeoutMs` tells how long one request may take. */
  constructor(peers: BrokerPeers, timeoutMs: () => number) {
    this.#peers = peers
    this.#timeoutMs = timeoutMs
  }

  async writeMarkers(brokerId: number, request: MarkerRequest): Promise<readonly MarkerResult[]> {
    const topics = Array.from(request.partitions, ([name, partitions]) => ({
      name,
      partitionIndexes: [...partitions],
    }))
    const { isCommit: transactionResult, ...marker } = request
    const { markers } = await this.#peers.request(
      brokerId,
      WriteTxnMarkers,
      { markers: [{ ...marker, transactionResult, topics }] },
      { timeoutMs: this.#timeoutMs(), channel },
    )
    const answered = markers.flatMap((each) => each.topics)
    return resultsOf(
      request.partitions,
      answered.map(({ name, partitions }) => ({
        topic: name,
        partitions: partitions.map(({ partitionIndex, errorCode }) => [partitionIndex, errorCode]),
      })),
    )
  }

  async addPartitions(
    brokerId: number,
    request: Parameters<TransactionPeers['addPartitions']>[1],
  ): Promise<readonly MarkerResult[]> {
    const { partitions, isVerifyOnly: verifyOnly, ...transaction } = request
    const topics = Array.from(partitions, ([name, indexes]) => ({ name, partitions: [...indexes] }))
    const answer = await this.#peers
      .request(
        brokerId,
        AddPartitionsToTxn,
        { transactions: [{ ...transaction, verifyOnly, topics }] },
        { timeoutMs: this.#timeoutMs(), channel: 'verification' },
      )
      .catch(unanswered)
    if (answer.errorCode !== 0) throw KafkaError.of(answer.errorCode)
    const answered = answer.resultsByTransaction.flatMap((each) => each.topicResults)
    const results = resultsOf(
      partitions,
      answered.map(({ name, resultsByPartition }) => ({
        topic: name,
        partitions: resultsByPartition.map((each) => [
          each.partitionIndex,
          each.partitionErrorCode,
        ]),
      })),
    )
    // What concerns the whole transaction is thrown, as the coordinator itself does.
    const [first] = results
    const isOne = results.every(({ error }) => error === first?.error)
    if (first?.error !== undefined && isOne) throw new KafkaError(first.error)
    return results
  }
}

/** Whoever writes the records shall try again, whatever kept the question from being answered. */
function unanswered(error: unknown): never {
  if (!(error instanceof KafkaError)) throw error
  throw new KafkaError('NETWORK_EXCEPTION', error.message, { cause: error })
}

interface AnsweredTopic {
  readonly topic: string
  /** Index and error code of each. */
  readonly partitions: readonly (readonly number[])[]
}

/** One result for every partition that was asked for; one that is not in the answer has failed. */
function resultsOf(asked: TopicPartitions, answered: readonly AnsweredTopic[]): MarkerResult[] {
  const codes = new Map<string, number>()
  for (const { topic, partitions } of answered) {
    for (const [partition = -1, code = -1] of partitions) codes.set(`${partition}/${topic}`, code)
  }
  const results: MarkerResult[] = []
  for (const [topic, partitions] of asked) {
    for (const partition of partitions) {
      const code = codes.get(`${partition}/${topic}`) ?? -1
      results.push(code === 0 ? { topic, partition } : { topic, partition, error: errorName(code) })
    }
  }
  return results
}
