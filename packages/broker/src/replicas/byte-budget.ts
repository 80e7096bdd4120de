// How many bytes may move now if there should not be more than so many a second: a budget that fills at that rate, holds
// no more than what a few seconds bring, and may be overdrawn by whoever did not know how much would come.
//
// Invariant: over any long time no more moves than the rate allows, plus one overdraft.

import type { Clock } from '@samsa/world'

/** What a budget goes by; read anew each time, as operators change it. */
export interface ByteRate {
  /** Infinity for no limit. */
  readonly bytesPerSecond: number
  /** Seconds of that rate that may be saved up. */
  readonly savedSeconds: number
}

/** A budget of bytes. */
export class ByteBudget {
  readonly #clock: Clock
  readonly #rate: () => ByteRate
  #leftBytes: number | undefined
  #atMs = 0

  constructor(clock: Clock, rate: () => ByteRate) {
    this.#clock = clock
    this.#rate = rate
  }

  /** Whether there is a limit at all. */
  get isLimited(): boolean {
    return this.#rate().bytesPerSecond !== Number.POSITIVE_INFINITY
  }

  /** Whether nothing more should move for now. */
  get isSpent(): boolean {
    return this.#left() <= 0
  }

  /** So many bytes have moved. */
  spend(bytes: number): void {
    this.#leftBytes = this.#left() - bytes
  }

  /** Milliseconds until something may move; 0 when it may, Infinity when it never will at this rate. */
  waitMs(): number {
    const left = this.#left()
    if (left > 0) return 0
    const { bytesPerSecond } = this.#rate()
    if (bytesPerSecond === 0) return Number.POSITIVE_INFINITY
    return Math.max(1, Math.ceil((-left / bytesPerSecond) * 1000))
  }

  #left(): number {
    const { bytesPerSecond, savedSeconds } = this.#rate()
    const nowMs = this.#clock.monotonic()
    if (bytesPerSecond === Number.POSITIVE_INFINITY) {
      this.#leftBytes = undefined
      return Number.POSITIVE_INFINITY
    }
    const most = bytesPerSecond * savedSeconds
    const filled = ((nowMs - this.#atMs) / 1000) * bytesPerSecond
    this.#leftBytes =
      this.#leftBytes === undefined ? most : Math.min(most, this.#leftBytes + filled)
    this.#atMs = nowMs
    return this.#leftBytes
  }
}
