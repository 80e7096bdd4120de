// A batch of one partition in the hands of a reader. While it is there, nobody else gets records of the partition, so each
// partition is processed in order; and who wants the partition back waits until it is put down. Records are decoded when
// they are taken.
//
// Invariant: what is processed never runs ahead of what the reader has moved past.

import type { StoredRecord } from '@samsa/protocol'
import type { PartitionState } from './partition-state.ts'
import type { ConsumerBatch, ConsumerRecord, RecordMaker } from './record.ts'
import type { PartitionReader } from './record-supply.ts'

/** Records that were handed out together. */
export class HandedBatch<T> {
  readonly state: PartitionState
  /** Aborts when the partition is given up. */
  readonly signal: AbortSignal
  readonly #maker: RecordMaker
  readonly #stored: StoredRecord[]
  /** The record to be taken next. */
  index = 0
  /** Whether somebody works with it; if not, it is kept for whoever reads on. */
  isInHand = true
  /** Nothing more is to be taken from it: the partition is given up, or somebody sought. */
  isRecalled = false
  readonly #seeks: number
  #dropped = 0

  constructor({ state, maker, end }: PartitionReader, stored: StoredRecord[]) {
    this.state = state
    this.signal = end.signal
    this.#maker = maker
    this.#stored = stored
    this.#seeks = state.seeks
  }

  /** Somebody sought since: what the reader has done no longer says where it is. */
  get #isVoid(): boolean {
    return this.#seeks !== this.state.seeks
  }

  /** Records that were taken so far; it only grows. */
  get taken(): number {
    return this.#dropped + this.index
  }

  get length(): number {
    return this.#stored.length
  }

  /** The offset of the next record, whether it may be taken or not; undefined at the end, and when somebody sought. */
  get nextOffset(): number | undefined {
    return this.#isVoid ? undefined : this.#stored[this.index]?.offset
  }

  /** The next record; undefined at the end, and where it may not be taken. */
  get next(): StoredRecord | undefined {
    return this.mayGrow ? this.#stored[this.index] : undefined
  }

  /** Whether records that follow may be added to it. */
  get mayGrow(): boolean {
    return !this.isRecalled && !this.#isVoid && !this.state.isPaused
  }

  /** Any record of the batch. */
  at(index: number): StoredRecord | undefined {
    return this.#stored[index]
  }

  /** More of the partition, behind what it has. */
  extend(stored: readonly StoredRecord[]): void {
    this.#stored.push(...stored)
  }

  /** Drops what was taken, but for the last of it; answers with how far the others moved. */
  trim(): number {
    const dropped = Math.max(0, this.index - 1)
    this.#stored.splice(0, dropped)
    this.index -= dropped
    this.#dropped += dropped
    return dropped
  }

  /** Throws KafkaError INVALID_RECORD for a record that cannot be read. */
  make(stored: StoredRecord): ConsumerRecord<T> {
    return this.#maker.make(stored) as ConsumerRecord<T>
  }

  /** Everything taken so far is processed. */
  settle(): void {
    if (this.#isVoid || this.index === 0) return
    const last = this.#stored[this.index - 1]
    if (last !== undefined) this.state.settle(last.offset + 1)
  }

  /** What nobody took will be read again. */
  putBack(): void {
    const offset = this.nextOffset
    if (offset !== undefined && !this.isRecalled) this.state.rewind(offset)
  }

  /** The rest, as far as it can be read. Throws KafkaError INVALID_RECORD when that is nothing. */
  takeRest(): ConsumerBatch<T> {
    const records: ConsumerRecord<T>[] = []
    const { topic, partition, lag = 0 } = this.state
    for (let stored = this.next; stored !== undefined; stored = this.next) {
      try {
        records.push(this.make(stored))
      } catch (error) {
        // What comes before it is handed out first; the next look meets it again.
        if (records.length > 0) break
        throw error
      }
      this.index += 1
    }
    return { topic, partition, records, lag }
  }
}

/** A place for the batch that the loops of one kind have in common: what one leaves over, the next goes on with. */
export class Slot<T> {
  handed: HandedBatch<T> | undefined
}
