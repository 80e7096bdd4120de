// What becomes of batches: acknowledged, sent again, failed. The answers of brokers, lost connections and time itself decide,
// and whoever waits for the records is told.
//
// Invariant: the callers of a batch are told one outcome, once, also when the batch is still on the wire then.

import type { Produce, ResponseOf } from '@samsa/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { Numbering } from './numbering.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { failureOf, learnFrom, type PartitionAnswer, partitionAnswers } from './produce-answer.ts'
import type { Shipment } from './produce-request.ts'
import type { ProducerBatch } from './producer-batch.ts'
import type { ProducerPlan } from './producer-settings.ts'

/** Tells the outcomes of the batches of one producer. */
export class BatchOutcomes {
  readonly #cluster: Cluster
  readonly #plan: ProducerPlan
  readonly #numbering: Numbering | undefined
  readonly #done: (batch: ProducerBatch) => void
  /** Nothing is sent again. */
  isStopped = false

  /** `done` is called when a batch has its outcome and its memory is free. */
  constructor(
    cluster: Cluster,
    plan: ProducerPlan,
    numbering: Numbering | undefined,
    done: (batch: ProducerBatch) => void,
  ) {
    this.#cluster = cluster
    this.#plan = plan
    this.#numbering = numbering
    this.#done = done
  }

  /** The broker has answered. */
  settle(shipments: readonly Shipment[], response: ResponseOf<typeof Produce>): void {
    const answers = partitionAnswers(response)
    for (const shipment of shipments) {
      const { queue, topicId } = shipment
      const answer =
        answers.get(`${queue.topic} ${queue.partition}`) ??
        answers.get(`${topicId} ${queue.partition}`)
      if (answer === undefined) {
        const message = 'The broker did not say what became of it.'
        this.#fail(
          queue,
          shipment.batch,
          failureOf(shipment.batch, 'UNKNOWN_SERVER_ERROR', message),
        )
      } else {
        this.#settleOne(shipment, answer)
      }
    }
    if (learnFrom(response, shipments, this.#cluster.metadata)) this.#cluster.refreshSoon()
  }

  #settleOne(shipment: Shipment, answer: PartitionAnswer): void {
    const { queue, batch } = shipment
    switch (answer.error) {
      case 'NONE':
        return this.succeed(shipment, answer.baseOffset, answer.logAppendTimeMs)
      case 'DUPLICATE_SEQUENCE_NUMBER':
        // Written by an attempt so old that the broker does not know its offset any more.
        return this.succeed(shipment, -1, -1)
      case 'OUT_OF_ORDER_SEQUENCE_NUMBER':
        if (batch.baseSequence < 0) break
        queue.outOfOrder(batch)
        return this.#repeat(shipment, false)
      case 'INVALID_PRODUCER_EPOCH':
        // In a transaction the coordinator has the last word: it fences, or has ended the transaction for its time.
        if (this.#plan.isTransactional) break
        queue.forgotten()
        return this.#repeat(shipment, false)
      case 'UNKNOWN_PRODUCER_ID':
        queue.forgotten()
        return this.#repeat(shipment, false)
    }
    const failure = failureOf(batch, answer.error, answer.message)
    const isPassing = failure.retriable || answer.error === 'CONCURRENT_TRANSACTIONS'
    if (isPassing) return this.#repeat(shipment, answer.error.includes('AFTER_APPEND'))
    this.#fail(queue, batch, failure, answer.error === 'UNKNOWN_SERVER_ERROR')
  }

  /** No answer: whether the batches were written nobody knows. */
  lost(shipments: readonly Shipment[], error: unknown): void {
    const isHopeless = error instanceof Error && error.name === 'UNSUPPORTED_VERSION'
    for (const shipment of shipments) {
      if (isHopeless) this.#fail(shipment.queue, shipment.batch, error, false)
      else this.#repeat(shipment, true)
    }
    this.#cluster.refreshSoon()
  }

  /** It was written; -1 where nobody says at which offset. */
  succeed({ queue, batch }: Shipment, baseOffset: number, logAppendTimeMs: number): void {
    queue.acknowledge(batch)
    batch.succeed(baseOffset, logAppendTimeMs)
    this.#done(batch)
  }

  #repeat({ queue, batch }: Shipment, isUncertain: boolean): void {
    queue.repeat(batch, this.#cluster.retryAtMs(batch.attempts), isUncertain)
    if (this.isStopped) this.#fail(queue, batch, this.#cluster.ended.reason, true)
    else if (batch.isGivenUp) this.#drop(queue, batch, isUncertain || batch.isUncertain)
  }

  #fail(queue: PartitionQueue, batch: ProducerBatch, error: unknown, mayBeWritten = true): void {
    this.giveUp(batch, error)
    this.#drop(queue, batch, mayBeWritten)
  }

  /** Its callers are told; it may be on the wire still. */
  giveUp(batch: ProducerBatch, error: unknown): void {
    if (batch.isGivenUp) return
    batch.isGivenUp = true
    batch.fail(error)
    this.#numbering?.failed(batch, error)
  }

  #drop(queue: PartitionQueue, batch: ProducerBatch, mayBeWritten: boolean): void {
    queue.abandon(batch, mayBeWritten)
    this.#done(batch)
  }

  /** `mayBeWritten`: those that were on the wire once. */
  failWaiting(queue: PartitionQueue, error: unknown, mayBeWritten: boolean): void {
    for (const batch of [...queue.waiting]) {
      this.#fail(queue, batch, error, mayBeWritten && batch.attempts > 0)
    }
  }

  /** Fails what was not acknowledged in time. */
  expire(queue: PartitionQueue, nowMs: number): void {
    const { deliveryTimeoutMs } = this.#plan
    const lateError = (batch: ProducerBatch): unknown => {
      const tries = batch.attempts === 1 ? '1 attempt' : `${batch.attempts} attempts`
      const message = `It was not acknowledged within ${deliveryTimeoutMs} ms (deliveryTimeoutMs), after ${tries}.`
      return failureOf(batch, 'REQUEST_TIMED_OUT', message)
    }
    for (const batch of queue.expired(nowMs, deliveryTimeoutMs)) {
      this.#fail(queue, batch, lateError(batch))
    }
    for (const batch of queue.overdue(nowMs, deliveryTimeoutMs)) {
      this.giveUp(batch, lateError(batch))
    }
  }
}
