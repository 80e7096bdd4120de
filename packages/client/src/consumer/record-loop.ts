// Records one by one. Written by hand and not as a generator: a record that is already there costs one resolved promise,
// which is the least that `for await` allows.
//
// Invariant: a record counts as processed when the loop asks for the next one. When the loop ends early, by `break` or by
// an error of its body, which cannot be told apart, the record in hand counts only when somebody reads on or commits.

import type { HandedBatch } from './handed-batch.ts'
import type { PartitionState } from './partition-state.ts'
import type { ConsumerRecord } from './record.ts'
import type { ReadOptions, RecordSupply } from './record-supply.ts'

/** Something that is to be done between two batches, or before a loop begins. */
export type BetweenBatches = () => Promise<void>

/** A loop over records. */
export class RecordLoop<T>
  implements AsyncIterableIterator<ConsumerRecord<T>, undefined, undefined>
{
  readonly #supply: RecordSupply<T>
  readonly #options: ReadOptions
  readonly #between: BetweenBatches
  readonly #only: PartitionState | undefined
  #handed: HandedBatch<T> | undefined
  #isDone = false

  constructor(
    supply: RecordSupply<T>,
    options: ReadOptions,
    between: BetweenBatches,
    only?: PartitionState,
  ) {
    this.#supply = supply
    this.#options = options
    this.#between = between
    this.#only = only
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<ConsumerRecord<T>, undefined>> {
    const handed = this.#handed
    if (handed !== undefined && this.#options.signal?.aborted !== true) {
      const value = handed.next
      if (value !== undefined) {
        handed.settle()
        handed.index += 1
        this.#supply.progress += 1
        return Promise.resolve({ value, done: false })
      }
    }
    return this.#take()
  }

  return(): Promise<IteratorResult<ConsumerRecord<T>, undefined>> {
    this.#putDown()
    return Promise.resolve({ value: undefined, done: true })
  }

  async #take(): Promise<IteratorResult<ConsumerRecord<T>, undefined>> {
    if (this.#isDone) return { value: undefined, done: true }
    try {
      const before = this.#handed
      this.#handed = undefined
      if (before !== undefined) {
        if (this.#options.signal?.aborted === true) this.#supply.putDown(before)
        else this.#supply.finish(before)
      }
      await this.#between()
      const handed = await this.#supply.take(this.#options, this.#only)
      const value = handed?.next
      if (handed === undefined || value === undefined) {
        if (handed !== undefined) this.#supply.putDown(handed)
        else this.#isDone = true
        return handed === undefined ? { value: undefined, done: true } : await this.#take()
      }
      handed.index += 1
      this.#handed = handed
      return { value, done: false }
    } catch (error) {
      this.#isDone = true
      throw error
    }
  }

  #putDown(): void {
    this.#isDone = true
    const handed = this.#handed
    this.#handed = undefined
    if (handed !== undefined) this.#supply.putDown(handed)
  }
}
