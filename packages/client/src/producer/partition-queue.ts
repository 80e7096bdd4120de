// What waits to be written to one partition, and what is under way. Pure: it is told the time and what happened, and says
// which batch may leave next. Numbering, order and re-numbering of an idempotent producer are decided here.
//
// Invariants:
//   - batches leave in the order of their records, and a batch that must be repeated leaves before all that follow it;
//   - while a repeated batch has no outcome only the first one without outcome may leave, so that order is kept (KIP-98);
//   - at most five batches are on the wire, since the broker remembers five (KIP-679);
//   - numbers begin anew only under a new epoch, when nothing is on the wire any more (KIP-360). Batches that are that the
//     broker may have written are never numbered anew, since they could then be written twice.

import { incrementSequence } from '@samsa/protocol'
import { assert } from '@samsa/world'
import type { ProducerBatch, ProducerState } from './producer-batch.ts'

/** What a broker may remember of one producer in one partition. */
const mostOnWire = 5

const none: readonly ProducerBatch[] = []

/** The queue of one partition. */
export class PartitionQueue {
  readonly topic: string
  readonly partition: number
  readonly #maxOnWire: number
  /** Not on the wire, in order; those to be repeated first. The last one may still grow. */
  readonly #waiting: ProducerBatch[] = []
  /** On the wire, in order. */
  readonly #onWire: ProducerBatch[] = []
  #state: ProducerState | undefined
  #nextSequence = 0
  /**
   * First number of the last batch that failed without anybody knowing whether it was written: whether the broker expects it
   * or the number behind it shows only when a batch behind it is answered. -1 when all is known.
   */
  #unresolvedSequence = -1
  #needsEpoch = false

  /** `maxOnWire`: batches on the wire at a time, 1 keeps the order without idempotence. */
  constructor(topic: string, partition: number, maxOnWire: number) {
    this.topic = topic
    this.partition = partition
    this.#maxOnWire = Math.min(maxOnWire, mostOnWire)
  }

  /** Neither waiting nor on the wire. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#onWire.length === 0
  }

  get onWireCount(): number {
    return this.#onWire.length
  }

  /** The first batch on the wire. */
  get oldestOnWire(): ProducerBatch | undefined {
    return this.#onWire[0]
  }

  /** Batches that wait, in order. */
  get waiting(): readonly ProducerBatch[] {
    return this.#waiting
  }

  /** The numbers are used up: nothing leaves before `renumber` gave another epoch. */
  get needsEpoch(): boolean {
    return this.#needsEpoch && this.#onWire.length === 0
  }

  /** Whether the last number was given under `state`. */
  isNumberedUnder(state: ProducerState | undefined): boolean {
    const own = this.#state
    return (
      own !== undefined &&
      own.producerId === state?.producerId &&
      own.producerEpoch === state.producerEpoch
    )
  }

  /** The batch that takes the next record, if it may still grow. */
  get growing(): ProducerBatch | undefined {
    const last = this.#waiting[this.#waiting.length - 1]
    return last === undefined || last.isClosed ? undefined : last
  }

  /** A new batch behind the others. */
  push(batch: ProducerBatch): void {
    const last = this.#waiting[this.#waiting.length - 1]
    if (last !== undefined) last.isClosed = true
    this.#waiting.push(batch)
  }

  /** Why the first waiting batch may not leave yet; undefined when it may. */
  hindrance(nowMs: number): 'nothing' | 'order' | 'backoff' | 'epoch' | 'compression' | undefined {
    const first = this.#waiting[0]
    if (first === undefined) return 'nothing'
    if (this.#needsEpoch) return 'epoch'
    if (this.#onWire.length >= this.#maxOnWire) return 'order'
    // Something is being repeated: one after the other until the first has its outcome.
    const isRepeat = first.attempts > 0 || this.#onWire.some((batch) => batch.attempts > 1)
    if (isRepeat && this.#onWire.length > 0) return 'order'
    if (first.isBeingCompressed) return 'compression'
    return first.retryAtMs > nowMs ? 'backoff' : undefined
  }

  /** Takes the first waiting batch to the wire, numbered with `state` if it has no number yet. */
  take(state: ProducerState | undefined): ProducerBatch {
    const batch = this.#waiting.shift()
    assert(batch !== undefined, 'A batch is taken where one may leave.')
    if (state !== undefined && batch.baseSequence < 0) this.#number(batch, state)
    batch.attempts += 1
    batch.isClosed = true
    this.#onWire.push(batch)
    return batch
  }

  #number(batch: ProducerBatch, state: ProducerState): void {
    // Another partition's trouble has raised the epoch: this one follows when nothing of it is open.
    if (!this.isNumberedUnder(state) && (this.#state === undefined || this.#onWire.length === 0)) {
      this.#begin(state)
    }
    assert(this.#state !== undefined, 'A partition with open batches has an epoch.')
    batch.number(this.#state, this.#nextSequence)
    this.#nextSequence = incrementSequence(this.#nextSequence, batch.recordCount)
  }

  #begin(state: ProducerState): void {
    this.#state = state
    this.#nextSequence = 0
    this.#unresolvedSequence = -1
    this.#needsEpoch = false
  }

  /** The broker has it. */
  acknowledge(batch: ProducerBatch): void {
    this.#landed(batch)
    if (batch.baseSequence < 0) return
    // Only what stands behind the gap proves that there is none.
    const unresolved = this.#unresolvedSequence
    if (unresolved >= 0 && comesBefore(unresolved, batch.baseSequence)) {
      this.#unresolvedSequence = -1
    }
    this.#endUnresolved()
  }

  /** It shall be sent again, before everything that follows it. `isUncertain`: it may have been written all the same. */
  repeat(batch: ProducerBatch, retryAtMs: number, isUncertain: boolean): void {
    this.#landed(batch)
    if (isUncertain) batch.isUncertain = true
    batch.retryAtMs = retryAtMs
    this.#putBack(batch)
  }

  /** Its caller was told of a failure. `mayBeWritten`: its numbers may or may not be used up. */
  abandon(batch: ProducerBatch, mayBeWritten: boolean): void {
    if (this.#onWire.includes(batch)) this.#landed(batch)
    else this.#waiting.splice(this.#waiting.indexOf(batch), 1)
    if (batch.baseSequence < 0) return
    if (!mayBeWritten) {
      this.#needsEpoch = true
      return
    }
    const unresolved = this.#unresolvedSequence
    if (unresolved < 0 || comesBefore(unresolved, batch.baseSequence)) {
      this.#unresolvedSequence = batch.baseSequence
    }
    this.#endUnresolved()
  }

  /** With nothing left that could show whether there is a gap, numbers begin anew. */
  #endUnresolved(): void {
    if (this.#unresolvedSequence >= 0 && !this.#hasNumbered()) this.#needsEpoch = true
  }

  /**
   * The broker lacks what came before the batch, and so will not take it under its number unless something before it is
   * still to come. Whatever became of that, the batch is to be repeated: with its number, or with one of a new epoch.
   */
  outOfOrder(batch: ProducerBatch): void {
    if (this.#firstNumbered() === batch) this.#needsEpoch = true
  }

  /** The broker has forgotten the producer: begin again under a new epoch. */
  forgotten(): void {
    this.#needsEpoch = true
  }

  /**
   * Numbers everything that waits anew under `state`. Answers with the batches that may have been written: under new numbers
   * they could be written twice, so they are out of the queue, to be failed.
   */
  renumber(state: ProducerState): ProducerBatch[] {
    assert(this.#onWire.length === 0, 'Nothing on the wire is numbered anew.')
    const uncertain = this.#waiting.filter((batch) => batch.isUncertain)
    for (const batch of uncertain) this.#waiting.splice(this.#waiting.indexOf(batch), 1)
    this.#begin(state)
    for (const batch of this.#waiting) {
      if (batch.baseSequence >= 0) this.#number(batch, state)
    }
    return uncertain
  }

  /** Batches on the wire whose time is over. Their answer still counts for the numbers, but nobody waits for it. */
  overdue(nowMs: number, deliveryTimeoutMs: number): readonly ProducerBatch[] {
    const first = this.#onWire[0]
    if (first === undefined || first.createdMs + deliveryTimeoutMs > nowMs) return none
    const isOver = (batch: ProducerBatch): boolean => {
      return !batch.isGivenUp && batch.createdMs + deliveryTimeoutMs <= nowMs
    }
    return this.#onWire.filter(isOver)
  }

  /** Waiting batches whose time is over, to be failed. */
  expired(nowMs: number, deliveryTimeoutMs: number): readonly ProducerBatch[] {
    // The first one is the oldest.
    const first = this.#waiting[0]
    if (first === undefined || first.createdMs + deliveryTimeoutMs > nowMs) return none
    return this.#waiting.filter((batch) => batch.createdMs + deliveryTimeoutMs <= nowMs)
  }

  #hasNumbered(): boolean {
    return this.#onWire.length > 0 || this.#waiting.some((batch) => batch.baseSequence >= 0)
  }

  #firstNumbered(): ProducerBatch | undefined {
    const open = [...this.#onWire, ...this.#waiting].filter((batch) => batch.baseSequence >= 0)
    return open.reduce<ProducerBatch | undefined>((first, batch) => {
      return first === undefined || isBefore(batch, first) ? batch : first
    }, undefined)
  }

  #landed(batch: ProducerBatch): void {
    const at = this.#onWire.indexOf(batch)
    assert(at >= 0, 'Only what is on the wire can land.')
    this.#onWire.splice(at, 1)
  }

  /** Behind the repeated batches that come before it, in front of all others. */
  #putBack(batch: ProducerBatch): void {
    let at = 0
    while (at < this.#waiting.length) {
      const other = this.#waiting[at]
      if (other === undefined || other.attempts === 0) break
      if (batch.baseSequence < 0 ? false : isBefore(batch, other)) break
      at += 1
    }
    this.#waiting.splice(at, 0, batch)
  }
}

function isBefore(a: ProducerBatch, b: ProducerBatch): boolean {
  return comesBefore(a.baseSequence, b.baseSequence)
}

/** Numbers wrap, so the nearer way round tells which is first. */
function comesBefore(a: number, b: number): boolean {
  const distance = (b - a) & 0x7fffffff
  return distance !== 0 && distance < 0x40000000
}
