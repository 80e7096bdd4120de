// How much memory the indexes of sealed segments may take, broker-wide: those that were not used for longest go first and
// are read again when somebody needs them. Growing segments are not counted; they need theirs.

import type { Segment } from './segment.ts'

const BUDGET_BYTES = 64 << 20

/** Forgets indexes that are on disk anyway. */
export class IndexCache {
  readonly #budgetBytes: number
  /** Bytes by segment, in order of last use. */
  readonly #held = new Map<Segment, number>()
  #heldBytes = 0

  constructor(budgetBytes: number = BUDGET_BYTES) {
    this.#budgetBytes = budgetBytes
  }

  /** The indexes of a segment were just used. */
  used(segment: Segment): void {
    const { indexes } = segment
    if (indexes === undefined || !segment.isSealed) return
    this.#forget(segment)
    const bytes = indexes.offsets.sizeInBytes + indexes.times.sizeInBytes
    this.#held.set(segment, bytes)
    this.#heldBytes += bytes
    for (const oldest of this.#held.keys()) {
      if (this.#heldBytes <= this.#budgetBytes || oldest === segment) return
      this.#forget(oldest)
      if (oldest.isSealed) oldest.indexes = undefined
    }
  }

  #forget(segment: Segment): void {
    this.#heldBytes -= this.#held.get(segment) ?? 0
    this.#held.delete(segment)
  }
}
