// Whether readers are still at work. A record that is worked on for too long, or a consumer that nobody reads from, holds
// partitions that others could read: the group must know.
//
// Readers do not tell the time for every record; who asks compares with what it saw the last time.

import type { Clock } from '@samsa/world'
import type { HandedBatch } from './handed-batch.ts'
import type { RecordSupply } from './record-supply.ts'

/** Watches the readers of one supply. */
export class StallWatch<T> {
  readonly #clock: Clock
  readonly #supply: RecordSupply<T>
  readonly #seen = new Map<HandedBatch<T>, { readonly taken: number; readonly atMs: number }>()
  #idleSinceMs: number

  constructor(clock: Clock, supply: RecordSupply<T>) {
    this.#clock = clock
    this.#supply = supply
    this.#idleSinceMs = clock.monotonic()
  }

  /** Somebody has begun to read. */
  begin(): void {
    this.#idleSinceMs = this.#clock.monotonic()
  }

  /** Monotonic time since when some reader stands still, as far as one has looked; Infinity where all wait for records. */
  get sinceMs(): number {
    const nowMs = this.#clock.monotonic()
    const { inHand, isAwaited } = this.#supply
    let sinceMs = Number.POSITIVE_INFINITY
    const current = new Set(inHand)
    for (const handed of this.#seen.keys()) if (!current.has(handed)) this.#seen.delete(handed)
    for (const handed of current) {
      const { taken } = handed
      const before = this.#seen.get(handed)
      const atMs = before?.taken === taken ? before.atMs : nowMs
      this.#seen.set(handed, { taken, atMs })
      sinceMs = Math.min(sinceMs, atMs)
    }
    if (current.size > 0 || isAwaited) this.#idleSinceMs = nowMs
    else sinceMs = this.#idleSinceMs
    return sinceMs
  }
}
