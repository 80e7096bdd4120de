// AddPartitionsToTxn (key 24): partitions become part of a producer's transaction, all of them or none.
//
// - Up to version 3 a client asks for one transaction.
// - From version 4 on other brokers ask, for many transactions, and may only want to know (KIP-890).

import {
  AddPartitionsToTxn,
  errorCode,
  type ErrorName,
  KafkaError,
  type RequestOf,
} from '@samsa/protocol'
import { topicPartitions } from '../transactions/topic-partitions.ts'
import { forClient } from './fenced-producer.ts'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'

type Request = RequestOf<typeof AddPartitionsToTxn>
type Transaction = Request['transactions'][number]
type Topics = Transaction['topics']
type TopicResults = {
  name: string
  resultsByPartition: { partitionIndex: number; partitionErrorCode: number }[]
}[]

/** Adds partitions, or says which are there. */
export const addPartitionsToTxn = handle(
  AddPartitionsToTxn,
  async (request, context) => {
    if (context.version < 4) {
      const transaction = {
        transactionalId: request.v3AndBelowTransactionalId,
        producerId: request.v3AndBelowProducerId,
        producerEpoch: request.v3AndBelowProducerEpoch,
        verifyOnly: false,
        topics: request.v3AndBelowTopics,
      }
      return { resultsByTopicV3AndBelow: await add(transaction, context) }
    }
    context.authorize('ClusterAction', 'Cluster', 'kafka-cluster')
    const resultsByTransaction = await Promise.all(
      request.transactions.map(async (transaction) => {
        const topicResults = await (transaction.verifyOnly ? verify : add)(transaction, context)
        return { transactionalId: transaction.transactionalId, topicResults }
      }),
    )
    return { resultsByTransaction }
  },
  {
    failed: (_request, code) => ({
      errorCode: code,
      resultsByTransaction: [],
      resultsByTopicV3AndBelow: [],
    }),
  },
)

async function add(transaction: Transaction, context: RequestContext): Promise<TopicResults> {
  const { transactionalId, topics } = transaction
  const isFromClient = context.version < 4
  if (isFromClient && !context.isAuthorized('Write', 'TransactionalId', transactionalId)) {
    return results(topics, () => errorCode('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'))
  }
  const refusals = topics.map((topic) => topicRefusals(topic, context))
  if (refusals.some((codes) => codes.some((code) => code !== 0))) {
    const notAttempted = errorCode('OPERATION_NOT_ATTEMPTED')
    return results(topics, (topic, index) => refusals[topic]?.[index] || notAttempted)
  }
  try {
    const partitions = partitionsOf(topics)
    // Producers of transaction version 2 leave this request to the brokers.
    const clientVersion = isFromClient ? 0 : 2
    await context.transactions.addPartitions({ ...transaction, partitions, clientVersion })
    return results(topics, () => 0)
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    const { code } = forClient(error, context.version >= 2)
    return results(topics, () => code)
  }
}

async function verify(transaction: Transaction, context: RequestContext): Promise<TopicResults> {
  const { topics } = transaction
  try {
    const partitions = partitionsOf(topics)
    const verified = await context.transactions.verifyPartitions({ ...transaction, partitions })
    const codes = new Map(
      verified.map(({ topic, partition, error }) => [`${partition}/${topic}`, codeOf(error)]),
    )
    return results(
      topics,
      (topic, index) =>
        codes.get(`${topics[topic]?.partitions[index]}/${topics[topic]?.name}`) ?? 0,
    )
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return results(topics, () => error.code)
  }
}

/** Why partitions of a topic cannot be added, in order; 0 for those that can. */
function topicRefusals({ name, partitions }: Topics[number], context: RequestContext): number[] {
  if (context.version < 4 && (isInternal(name) || !context.isAuthorized('Write', 'Topic', name))) {
    return partitions.map(() => errorCode('TOPIC_AUTHORIZATION_FAILED'))
  }
  const image = context.metadata.topic(name)
  return partitions.map((partition) =>
    image?.partitions[partition] === undefined ? errorCode('UNKNOWN_TOPIC_OR_PARTITION') : 0,
  )
}

/** Clients add offsets with a request of their own. */
function isInternal(topic: string): boolean {
  return topic === '__consumer_offsets' || topic === '__transaction_state'
}

function partitionsOf(topics: Topics): ReturnType<typeof topicPartitions> {
  return topicPartitions(topics.map(({ name, partitions }) => [name, partitions] as const))
}

function results(topics: Topics, code: (topic: number, index: number) => number): TopicResults {
  return topics.map(({ name, partitions }, topic) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex, index) => ({
      partitionIndex,
      partitionErrorCode: code(topic, index),
    })),
  }))
}

function codeOf(error: ErrorName | undefined): number {
  return error === undefined ? 0 : errorCode(error)
}
