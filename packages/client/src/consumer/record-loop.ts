// Records one by one. Written by hand and not as a generator: a record that is already there costs one resolved promise,
// which is the least that `for await` allows.
//
// Invariant: a record counts as processed when somebody asks for the next one. When the loop ends early, by `break` or by
// an error of its body, which cannot be told apart, the record in hand counts only when somebody reads on or commits.

import type { StoredRecord } from '@samsa/protocol'
import type { HandedBatch, Slot } from './handed-batch.ts'
import type { PartitionState } from './partition-state.ts'
import type { ReadEnds } from './read-ends.ts'
import type { ConsumerRecord } from './record.ts'
import type { ReadOptions, RecordSupply } from './record-supply.ts'

type Result<T> = IteratorResult<ConsumerRecord<T>, undefined>

/** What a loop reads from. */
export interface LoopSource<T> {
  readonly supply: RecordSupply<T>
  readonly slot: Slot<T>
  /** The one partition that is read, or all of them. */
  readonly only?: PartitionState | undefined
  /** To be done before a batch is taken. */
  between(): Promise<void>
}

/** A loop over records. */
export class RecordLoop<T>
  implements AsyncIterableIterator<ConsumerRecord<T>, undefined, undefined>
{
  readonly #source: LoopSource<T>
  readonly #signal: AbortSignal | undefined
  readonly #ends: ReadEnds | undefined
  #isDone = false

  constructor(source: LoopSource<T>, options: ReadOptions) {
    this.#source = source
    this.#signal = options.signal
    this.#ends = source.supply.endsFor(options)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<Result<T>> {
    const { handed } = this.#source.slot
    const stored = handed?.next
    if (handed === undefined || stored === undefined || this.#isEnded) return this.#take()
    handed.isInHand = true
    handed.settle()
    try {
      return Promise.resolve(this.#give(handed, stored))
    } catch (error) {
      // A loop that ends by an error of its own rejects, as the promise of an asynchronous function would.
      return Promise.reject(error instanceof Error ? error : new Error(String(error)))
    }
  }

  return(): Promise<Result<T>> {
    this.#isDone = true
    const { supply, slot } = this.#source
    if (slot.handed !== undefined) supply.putDown(slot.handed)
    return Promise.resolve({ value: undefined, done: true })
  }

  get #isEnded(): boolean {
    return this.#isDone || this.#signal?.aborted === true
  }

  #give(handed: HandedBatch<T>, stored: StoredRecord): Result<T> {
    try {
      const value = handed.make(stored)
      handed.index += 1
      return { value, done: false }
    } catch (error) {
      void this.return()
      throw error
    }
  }

  async #take(): Promise<Result<T>> {
    const { supply, slot, only } = this.#source
    if (this.#isDone) return { value: undefined, done: true }
    try {
      this.#signal?.throwIfAborted()
      const before = slot.handed
      slot.handed = undefined
      if (before !== undefined) supply.finish(before)
      await this.#source.between()
      for (;;) {
        const handed = await supply.take({ signal: this.#signal, ends: this.#ends }, only)
        if (handed === undefined) break
        slot.handed = handed
        const stored = handed.next
        if (stored !== undefined) return this.#give(handed, stored)
        supply.release(handed)
      }
      this.#isDone = true
      return { value: undefined, done: true }
    } catch (error) {
      void this.return()
      throw error
    }
  }
}
