// Keeps the process alive while a user's promise is unsettled, also when no connection is open: a broker that is away must
// not look like the program's end. Invariant: nothing is held once the last reason is gone for a second.

import type { Clock, Timer } from '@samsa/world'

/** How long the hold outlives its last reason: who sends one record after the other does not hold and let go each time. */
const lingerMs = 1_000

/** One hold with as many reasons as there are. */
export class KeepAlive {
  readonly #clock: Clock
  #hold: Timer | undefined
  #ending: Timer | undefined
  #isNeeded = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Somebody waits. Cheap when somebody did a moment ago. */
  begin(): void {
    this.#isNeeded = true
    this.#hold ??= this.#clock.hold?.()
  }

  /** Nobody waits any more. */
  end(): void {
    this.#isNeeded = false
    if (this.#hold === undefined || this.#ending !== undefined) return
    this.#ending = this.#clock.after(lingerMs, () => {
      this.#ending = undefined
      if (!this.#isNeeded) this.close()
    })
  }

  /** Lets go at once. */
  close(): void {
    this.#isNeeded = false
    this.#ending?.cancel()
    this.#ending = undefined
    this.#hold?.cancel()
    this.#hold = undefined
  }
}
