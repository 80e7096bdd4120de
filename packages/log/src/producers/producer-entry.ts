// What a partition remembers of one producer id: enough to recognise its repeated batches, to refuse gaps in its
// sequence, to fence its older epochs and to know its open transaction.

import { decrementSequence } from '@samsa/protocol'

/** How many batches are remembered, which is how many a producer may have in flight. */
const REMEMBERED_BATCHES = 5

/** One remembered batch. */
export interface ProducerBatch {
  /** -1 for a coordinator's batch, which has no sequence. */
  readonly lastSequence: number
  readonly lastOffset: number
  /** Last offset minus base offset. */
  readonly offsetDelta: number
  readonly timestamp: number
}

/** State of one producer id in one partition. */
export interface ProducerEntry {
  readonly producerId: number
  /** -1 when only a coordinator or retention has left a trace of it. */
  producerEpoch: number
  /** Epoch of the transaction coordinator that wrote the last marker; -1 before the first. */
  coordinatorEpoch: number
  /** Milliseconds; of the last batch or marker. */
  lastTimestamp: number
  /** First offset of the open transaction; -1 when there is none. */
  transactionStartOffset: number
  /** Newest last, at most five, all of `producerEpoch`. */
  batches: ProducerBatch[]
}

/** The state before anything is known. */
export function newProducerEntry(producerId: number): ProducerEntry {
  return {
    producerId,
    producerEpoch: -1,
    coordinatorEpoch: -1,
    lastTimestamp: -1,
    transactionStartOffset: -1,
    batches: [],
  }
}

/** The sequence of the last remembered record; -1 when there is none. */
export function lastSequenceOf(entry: ProducerEntry): number {
  return entry.batches.at(-1)?.lastSequence ?? -1
}

/** The last offset of the last remembered batch; -1 when there is none. */
export function lastDataOffsetOf(entry: ProducerEntry): number {
  return entry.batches.at(-1)?.lastOffset ?? -1
}

/** Remembers a batch; one of a new epoch makes those of the old epoch forgotten. */
export function rememberBatch(
  entry: ProducerEntry,
  producerEpoch: number,
  batch: ProducerBatch,
): void {
  if (entry.producerEpoch !== producerEpoch) {
    entry.producerEpoch = producerEpoch
    entry.batches = []
  }
  if (entry.batches.length === REMEMBERED_BATCHES) entry.batches.shift()
  entry.batches.push(batch)
  entry.lastTimestamp = batch.timestamp
}

/** The remembered batch with exactly these sequences: the one of which a repetition has just arrived. */
export function findDuplicate(
  entry: ProducerEntry,
  producerEpoch: number,
  firstSequence: number,
  lastSequence: number,
): ProducerBatch | undefined {
  if (entry.producerEpoch !== producerEpoch) return undefined
  return entry.batches.find(
    (batch) =>
      batch.lastSequence === lastSequence &&
      decrementSequence(lastSequence, batch.offsetDelta) === firstSequence,
  )
}
