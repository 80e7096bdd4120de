// The producers of a partition as DescribeProducers tells of them.

import { lastSequenceOf } from './producer-entry.ts'
import type { ProducerStates } from './producer-states.ts'

/** What is known of one producer. */
export interface ProducerDescription {
  readonly producerId: number
  readonly producerEpoch: number
  readonly lastSequence: number
  readonly lastTimestamp: number
  readonly coordinatorEpoch: number
  /** -1 when no transaction is open. */
  readonly currentTransactionStartOffset: number
}

/** All producers that the log remembers. */
export function describeProducers(producers: ProducerStates): ProducerDescription[] {
  return Array.from(producers.entries(), (entry) => ({
    producerId: entry.producerId,
    producerEpoch: entry.producerEpoch,
    lastSequence: lastSequenceOf(entry),
    lastTimestamp: entry.lastTimestamp,
    coordinatorEpoch: entry.coordinatorEpoch,
    currentTransactionStartOffset: entry.transactionStartOffset,
  }))
}
