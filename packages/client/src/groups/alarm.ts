// A wait that others may end early: the pulse of background loops.
//
// Invariant: a ring is never lost; one that comes while nobody waits ends the next wait at once.

import type { Clock, Timer } from '@samsa/world'

/** One waits, anybody rings. */
export class Alarm {
  readonly #clock: Clock
  #isRung = false
  #wake: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  ring(): void {
    this.#isRung = true
    this.#wake?.()
  }

  /** Resolves after `ms` (forever for Infinity), or when somebody has rung since the last wait. */
  async wait(ms: number): Promise<void> {
    if (!this.#isRung) {
      const over = Promise.withResolvers<void>()
      let timer: Timer | undefined
      if (Number.isFinite(ms)) timer = this.#clock.after(Math.max(0, Math.ceil(ms)), over.resolve)
      this.#wake = over.resolve
      await over.promise
      timer?.cancel()
      this.#wake = undefined
    }
    this.#isRung = false
  }
}
