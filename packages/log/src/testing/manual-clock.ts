// A clock that a test moves: both clocks stand still, timers run when their time is passed.

import type { Clock, Timer } from '@samsa/world'

interface Due {
  readonly atMs: number
  readonly run: () => void
}

/** Time in a test's hands. */
export class ManualClock implements Clock {
  #nowMs: number
  #passedMs = 0
  readonly #due = new Set<Due>()

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  monotonic(): number {
    return this.#passedMs
  }

  /** Lets `ms` pass and runs the timers that are due, in order. */
  advance(ms: number): void {
    this.#nowMs += ms
    this.#passedMs += ms
    const due = [...this.#due].filter((each) => each.atMs <= this.#passedMs)
    due.sort((one, other) => one.atMs - other.atMs)
    for (const each of due) {
      if (this.#due.delete(each)) each.run()
    }
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve)
    })
  }

  after(ms: number, callback: () => void): Timer {
    const due = { atMs: this.#passedMs + ms, run: callback }
    this.#due.add(due)
    return { cancel: () => this.#due.delete(due) }
  }
}
