// A clock that stands still until it is told to go on: for tests and simulations of one coordinator without a whole
// simulated world. Timers run in order of time, then of creation, each with its promises drained before the next.

import type { Clock, Timer } from '@samsa/world'

interface Waiting {
  readonly atMs: number
  readonly sequence: number
  readonly run: () => void
}

/** Time moved by hand; wall clock and monotonic clock tick together. */
export class ManualClock implements Clock {
  readonly #startMs: number
  #nowMs = 0
  #sequence = 0
  readonly #waiting = new Set<Waiting>()

  /** `startMs` is the wall-clock time of monotonic 0. */
  constructor(startMs = 1_700_000_000_000) {
    this.#startMs = startMs
  }

  now(): number {
    return Math.floor(this.#startMs + this.#nowMs)
  }

  monotonic(): number {
    return this.#nowMs
  }

  after(ms: number, callback: () => void): Timer {
    const atMs = this.#nowMs + Math.max(ms, 0)
    const waiting = { atMs, sequence: this.#sequence++, run: callback }
    this.#waiting.add(waiting)
    return { cancel: () => this.#waiting.delete(waiting) }
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = this.after(ms, resolve)
    signal?.addEventListener('abort', () => {
      timer.cancel()
      reject(signal.reason)
    })
    return promise
  }

  /** Lets `ms` pass; resolves when everything due has run and settled. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms
    await drained()
    for (let next = this.#next(); next !== undefined && next.atMs <= endMs; next = this.#next()) {
      this.#waiting.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.run()
      await drained()
    }
    this.#nowMs = endMs
  }

  #next(): Waiting | undefined {
    let next: Waiting | undefined
    for (const waiting of this.#waiting) {
      const isEarlier =
        next === undefined ||
        waiting.atMs < next.atMs ||
        (waiting.atMs === next.atMs && waiting.sequence < next.sequence)
      if (isEarlier) next = waiting
    }
    return next
  }
}

/** Resolves when chains of promises that wait for nothing outside have run. */
async function drained(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve()
}
