// What the leader demands of a producer's batch before it enters the log (KIP-98, KIP-360, KIP-890, KIP-1228). All
// functions throw a `KafkaError` with Kafka's name and change nothing.

import { KafkaError } from '@samsa/protocol'
import type { ProducerEntry } from './producer-entry.ts'
import { lastSequenceOf } from './producer-entry.ts'
import type { Verification } from './verification.ts'

const MAX_SEQUENCE = 0x7fffffff

/** The parts of a batch that matter to its producer's state. */
export interface ProducerBatchHeader {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly isTransactional: boolean
}

/** An older epoch is a zombie's. */
export function checkEpoch(batch: ProducerBatchHeader, entry: ProducerEntry | undefined): void {
  if (entry === undefined || batch.producerEpoch >= entry.producerEpoch) return
  throw new KafkaError(
    'INVALID_PRODUCER_EPOCH',
    `Epoch ${batch.producerEpoch} of producer ${batch.producerId} is smaller than ` +
      `the last seen epoch ${entry.producerEpoch}.`,
  )
}

/** A data batch within an open transaction must belong to it. */
export function checkTransaction(
  batch: ProducerBatchHeader,
  entry: ProducerEntry | undefined,
): void {
  if (entry === undefined || entry.transactionStartOffset < 0 || batch.isTransactional) return
  throw new KafkaError(
    'INVALID_TXN_STATE',
    `Producer ${batch.producerId} has an open transaction, but the batch is not part of one.`,
  )
}

/** The sequence must follow the last one of the same epoch, or start a new epoch at 0. */
export function checkSequence(
  batch: ProducerBatchHeader,
  entry: ProducerEntry | undefined,
  verification: Verification | undefined,
): void {
  const { producerId, producerEpoch, baseSequence } = batch
  const isKnown = entry !== undefined && entry.producerEpoch >= 0
  if (verification !== undefined) {
    const isFirst = entry === undefined || entry.batches.length === 0
    if (verification.supportsEpochBump && baseSequence !== 0 && isFirst) {
      throw outOfOrder(producerId, baseSequence, 'the first batch of its transaction begins at 0')
    }
    if (baseSequence > verification.lowestSequence) {
      const lowest = verification.lowestSequence
      throw outOfOrder(producerId, baseSequence, `${lowest} was seen before and must come first`)
    }
  }
  if (!isKnown) return
  if (producerEpoch !== entry.producerEpoch) {
    if (baseSequence === 0) return
    throw outOfOrder(producerId, baseSequence, `its new epoch ${producerEpoch} must begin at 0`)
  }
  const last = lastSequenceOf(entry)
  const expected = last === MAX_SEQUENCE ? 0 : last + 1
  if (baseSequence === expected) return
  throw outOfOrder(producerId, baseSequence, `${expected} was expected`)
}

/**
 * A marker's epoch: with transaction version 2 the coordinator raises it for every transaction, so that an equal one is
 * a repetition, allowed only when nothing is open; before that an equal one is the rule.
 */
export function checkMarker(
  marker: {
    readonly producerId: number
    readonly producerEpoch: number
    readonly coordinatorEpoch: number
  },
  entry: ProducerEntry | undefined,
  transactionVersion: number,
): void {
  if (entry === undefined) return
  const isRepetition =
    marker.producerEpoch === entry.producerEpoch && entry.transactionStartOffset < 0
  const isStale =
    transactionVersion >= 2
      ? marker.producerEpoch <= entry.producerEpoch && !isRepetition
      : marker.producerEpoch < entry.producerEpoch
  if (isStale) {
    throw new KafkaError(
      'INVALID_PRODUCER_EPOCH',
      `A marker of epoch ${marker.producerEpoch} of producer ${marker.producerId} is older than ` +
        `the last seen epoch ${entry.producerEpoch}.`,
    )
  }
  if (entry.coordinatorEpoch > marker.coordinatorEpoch) {
    throw new KafkaError(
      'TRANSACTION_COORDINATOR_FENCED',
      `A marker of coordinator epoch ${marker.coordinatorEpoch} for producer ` +
        `${marker.producerId} is older than the last seen epoch ${entry.coordinatorEpoch}.`,
    )
  }
}

function outOfOrder(producerId: number, sequence: number, why: string): KafkaError {
  return new KafkaError(
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    `Sequence ${sequence} of producer ${producerId} is out of order: ${why}.`,
  )
}
