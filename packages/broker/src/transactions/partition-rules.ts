// How partitions become part of a transaction, and how their leaders find out whether they are (KIP-98, KIP-890).

import { type ErrorName, KafkaError } from '@samsa/protocol'
import { eachPartition, includesAll, type TopicPartitions } from './topic-partitions.ts'
import { type ProducerIdentity, type Transaction, withPartitions } from './transaction.ts'

/** Partitions and whose transaction they are to belong to. */
export interface PartitionsRequest extends ProducerIdentity {
  readonly transactionalId: string
  readonly partitions: TopicPartitions
}

/**
 * The transaction with the partitions; the same one if it has them already. Throws INVALID_PRODUCER_ID_MAPPING,
 * PRODUCER_FENCED or CONCURRENT_TRANSACTIONS.
 */
export function addPartitionsStep(
  known: Transaction | undefined,
  request: PartitionsRequest,
  situation: { readonly nowMs: number; readonly clientVersion: number },
): Transaction {
  const transaction = checkedOwner(known, request)
  if (transaction.state === 'Ongoing' && includesAll(transaction.partitions, request.partitions)) {
    return transaction
  }
  return withPartitions(transaction, request.partitions, situation)
}

/** One answer for each partition: undefined when it is part of the transaction. Throws as `addPartitionsStep` does. */
export function verifyPartitions(
  known: Transaction | undefined,
  request: PartitionsRequest,
): { readonly topic: string; readonly partition: number; readonly error?: ErrorName }[] {
  const { partitions, state } = checkedOwner(known, request)
  return Array.from(eachPartition(request.partitions), (each) => {
    const isPart = state === 'Ongoing' && (partitions.get(each.topic)?.has(each.partition) ?? false)
    return isPart ? each : { ...each, error: 'TRANSACTION_ABORTABLE' as const }
  })
}

function checkedOwner(
  known: Transaction | undefined,
  { transactionalId, producerId, producerEpoch }: PartitionsRequest,
): Transaction {
  if (known === undefined || known.producerId !== producerId) {
    const message = `Producer ${producerId} does not belong to transactional id ${transactionalId}.`
    throw new KafkaError('INVALID_PRODUCER_ID_MAPPING', message)
  }
  if (known.producerEpoch !== producerEpoch) {
    const message = `The epoch of ${transactionalId} is ${known.producerEpoch}, not ${producerEpoch}.`
    throw new KafkaError('PRODUCER_FENCED', message)
  }
  if (known.state === 'PrepareCommit' || known.state === 'PrepareAbort') {
    throw new KafkaError('CONCURRENT_TRANSACTIONS', `${known.state} of ${transactionalId}.`)
  }
  return known
}
