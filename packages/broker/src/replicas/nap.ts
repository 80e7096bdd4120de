// Waiting that somebody may end early.

import type { Clock, Timer } from '@samsa/world'

/** One sleeper, at most one sleep at a time. */
export class Nap {
  readonly #clock: Clock
  #wake: () => void = () => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves after `ms`, or at the next `wake`. */
  async sleep(ms: number): Promise<void> {
    let timer: Timer | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      timer = this.#clock.after(ms, resolve)
    })
    timer?.cancel()
    this.#wake = () => {}
  }

  /** Ends the sleep under way; does nothing when there is none. */
  wake(): void {
    this.#wake()
  }
}
