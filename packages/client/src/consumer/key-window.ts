// Records of one partition that are processed side by side, those of a key one after the other. The window moves on while
// its slowest record is still being processed: more records enter as long as it is not full.
//
// Invariants: of a key no two records are processed at a time, and they are in the order of their offsets; the batch's
// `index` stands at the first record that is not processed, whatever has been done behind it.

import type { StoredRecord } from '@samsa/protocol'
import type { HandedBatch } from './handed-batch.ts'

/** Processes a record; whether it is done with. */
type Process = (stored: StoredRecord) => Promise<boolean>

/** The records of one batch that grows. */
export class KeyWindow<T> {
  readonly #handed: HandedBatch<T>
  readonly #process: Process
  /** By key, what waits for the record of the key that is being processed. */
  readonly #lines = new Map<string, StoredRecord[]>()
  /** Processed, with records before them that are not. */
  readonly #done = new Set<StoredRecord>()
  #begun: number
  #lanes = 0
  #progress = Promise.withResolvers<void>()

  constructor(handed: HandedBatch<T>, process: Process) {
    this.#handed = handed
    this.#process = process
    this.#begun = handed.index
  }

  /** Records that may be processed side by side now: those that wait for another one of their key do not count. */
  get lanes(): number {
    return this.#lanes
  }

  /** Records between the first that is not processed and the last that entered. */
  get span(): number {
    return this.#handed.length - this.#handed.index
  }

  /** Resolves when at least one more record is done with, or will not be. */
  get progress(): Promise<void> {
    return this.#progress.promise
  }

  /** Lets everything in that the batch has got. */
  enter(): void {
    this.#begun -= this.#handed.trim()
    for (; this.#begun < this.#handed.length; this.#begun++) {
      const stored = this.#handed.at(this.#begun)
      if (stored === undefined) continue
      const key = stored.key?.toString('latin1')
      const line = key === undefined ? undefined : this.#lines.get(key)
      if (line !== undefined) {
        line.push(stored)
        continue
      }
      if (key !== undefined) this.#lines.set(key, [])
      this.#lanes += 1
      void this.#work(stored, key)
    }
  }

  /** One record after the other, until nothing waits behind it. `process` never rejects. */
  async #work(first: StoredRecord, key: string | undefined): Promise<void> {
    const line = key === undefined ? undefined : this.#lines.get(key)
    for (let stored: StoredRecord | undefined = first; stored !== undefined; ) {
      const isDone = await this.#process(stored)
      const next = line?.shift()
      if (next === undefined) {
        this.#lanes -= 1
        if (key !== undefined) this.#lines.delete(key)
      }
      this.#leave(stored, isDone)
      stored = next
    }
  }

  #leave(stored: StoredRecord, isDone: boolean): void {
    const handed = this.#handed
    if (isDone) {
      this.#done.add(stored)
      for (let next = handed.at(handed.index); next !== undefined; next = handed.at(handed.index)) {
        if (!this.#done.delete(next)) break
        handed.index += 1
      }
      handed.settle()
    }
    const progress = this.#progress
    this.#progress = Promise.withResolvers<void>()
    progress.resolve()
  }
}
