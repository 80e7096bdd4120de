// A batch of one partition in the hands of a reader. While it is there, nobody else gets records of the partition, so each
// partition is processed in order; and who wants the partition back waits until it is put down.
//
// Invariant: what is processed never runs ahead of what the reader has moved past.

import type { PartitionState } from './partition-state.ts'
import type { ConsumerBatch, ConsumerRecord } from './record.ts'

/** Records that were handed out together. */
export class HandedBatch<T> {
  readonly batch: ConsumerBatch<T>
  readonly state: PartitionState
  /** The record to be taken next. */
  index = 0
  /** Nothing more is to be taken from it: the partition is given up, or somebody sought. */
  isRecalled = false
  /** Somebody sought: what the reader has done no longer says where it is. */
  isVoid = false

  constructor(batch: ConsumerBatch<T>, state: PartitionState) {
    this.batch = batch
    this.state = state
  }

  /** The next record; undefined at the end, and where it may not be taken. */
  get next(): ConsumerRecord<T> | undefined {
    if (this.isRecalled || this.state.isPaused) return undefined
    return this.batch.records[this.index]
  }

  /** Everything taken so far is processed. */
  settle(): void {
    if (this.isVoid || this.index === 0) return
    const last = this.batch.records[this.index - 1]
    if (last !== undefined) this.state.settle(last.offset + 1)
  }

  /** What nobody took will be read again. */
  putBack(): void {
    const next = this.batch.records[this.index]
    if (next !== undefined && !this.isVoid && !this.isRecalled) this.state.rewind(next.offset)
  }

  /** The rest as a batch of its own, taken whole. */
  takeRest(): ConsumerBatch<T> {
    const { batch, index } = this
    this.index = batch.records.length
    return index === 0 ? batch : { ...batch, records: batch.records.slice(index) }
  }
}
