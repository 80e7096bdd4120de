// The transactional side of Produce: which records of a request belong to a transaction, and whether their partitions
// may take them (KIP-98, KIP-890). A request speaks for one producer only.
//
// - Version 11 understands TRANSACTION_ABORTABLE, 12 leaves adding partitions to the broker.

import {
  BatchWalk,
  type ErrorName,
  KafkaError,
  type Produce,
  type RequestOf,
} from '@samsa/protocol'
import type { Partition } from '../replicas/partition.ts'
import { type Admission, admit } from '../transactions/partition-admission.ts'
import type { ProducerIdentity } from '../transactions/transaction.ts'
import type { RequestContext } from './request-context.ts'

type Request = RequestOf<typeof Produce>

/** Low byte of a magic-2 batch's attributes, and its bit for records of a transaction. */
const ATTRIBUTES_AT = 22
const TRANSACTIONAL = 0x10

/**
 * Undefined when no record belongs to a transaction, otherwise what each partition says. Throws
 * TRANSACTIONAL_ID_AUTHORIZATION_FAILED or INVALID_PRODUCER_ID_MAPPING for the whole request.
 */
export function admitProduce(
  request: Request,
  context: RequestContext,
): Admission | Promise<Admission> | undefined {
  if (!hasTransactionalRecords(request)) return undefined
  const { transactionalId } = request
  if (transactionalId === null) {
    const message = 'Records of a transaction come with its transactional id.'
    throw new KafkaError('TRANSACTIONAL_ID_AUTHORIZATION_FAILED', message)
  }
  context.authorize('Write', 'TransactionalId', transactionalId)
  let producer: ProducerIdentity | undefined
  const entries: { partition: Partition; sequence: number }[] = []
  for (const { name, topicId, partitionData } of request.topicData) {
    for (const { index, records } of partitionData) {
      const walk = new BatchWalk(records ?? Buffer.alloc(0))
      if (!walk.next() || !walk.batch.isTransactional) continue
      const { producerId, producerEpoch, baseSequence: sequence } = walk.batch
      producer ??= { producerId, producerEpoch }
      if (producer.producerId !== producerId || producer.producerEpoch !== producerEpoch) {
        const message = 'Transactional records contained more than one producer ID'
        throw new KafkaError('INVALID_PRODUCER_ID_MAPPING', message)
      }
      const topic = context.version < 13 ? name : context.metadata.topicById(topicId)?.name
      const partition = ledHere(context, topic, index)
      if (partition !== undefined) entries.push({ partition, sequence })
    }
  }
  if (producer === undefined) return undefined
  const addsImplicitly = context.version >= 12
  const admission = admit(context.transactions, context.world.clock, {
    ...producer,
    transactionalId,
    entries,
    addsImplicitly,
    knowsAbortable: context.version >= 11,
  })
  if (!(admission instanceof Promise)) return admission
  return admission.then((admitted) => {
    const answers = new Map(admitted)
    for (const [partition, answer] of admitted) {
      if (answer instanceof KafkaError) answers.set(partition, asRetriable(answer, addsImplicitly))
    }
    return answers
  })
}

/** Errors of the coordinator that producers would not retry as what they are. */
const RETRIABLE: ReadonlySet<ErrorName> = new Set([
  'NETWORK_EXCEPTION',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
])

/** An error after which a producer simply repeats its request, without looking for new leaders. */
function asRetriable(error: KafkaError, knowsConcurrent: boolean): KafkaError {
  const isBusy = error.name === 'CONCURRENT_TRANSACTIONS' && !knowsConcurrent
  if (!isBusy && !RETRIABLE.has(error.name)) return error
  const what = 'Unable to verify the partition has been added to the transaction.'
  return new KafkaError('NOT_ENOUGH_REPLICAS', `${what} Underlying error: ${error.name}`)
}

function hasTransactionalRecords({ topicData }: Request): boolean {
  for (const { partitionData } of topicData) {
    for (const { records } of partitionData) {
      if (((records?.[ATTRIBUTES_AT] ?? 0) & TRANSACTIONAL) !== 0) return true
    }
  }
  return false
}

/** The partition, if it can be written to here at all; the append says why not. */
function ledHere(
  context: RequestContext,
  topic: string | undefined,
  index: number,
): Partition | undefined {
  if (topic === undefined || !context.isAuthorized('Write', 'Topic', topic)) return undefined
  try {
    const partition = context.replicas.partition(topic, index)
    partition.requireLeader()
    return partition
  } catch (error) {
    if (error instanceof KafkaError) return undefined
    throw error
  }
}
