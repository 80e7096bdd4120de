// The machine's clocks. Timers never keep the process alive: what should keep it alive is a socket, or a hold for as long
// as somebody waits.

import type { Clock, Timer } from '../clock.ts'
import { sleepOn } from '../sleep.ts'

/** The platform counts whole milliseconds of a clock that it reads now and then: its timers may fire early by so much. */
const earlyMs = 2

/** Node turns longer delays into 1 ms, so they are walked in steps of this. */
const longestDelayMs = 2 ** 31 - 1

class NodeTimer implements Timer {
  readonly #callback: () => void
  readonly #dueMs: number
  #leftMs: number
  #handle: NodeJS.Timeout | undefined

  constructor(ms: number, callback: () => void) {
    this.#callback = callback
    this.#dueMs = performance.now() + ms
    this.#leftMs = ms
    this.#arm()
  }

  cancel(): void {
    clearTimeout(this.#handle)
    this.#handle = undefined
  }

  #arm(): void {
    const delayMs = Math.min(this.#leftMs, longestDelayMs)
    this.#leftMs -= delayMs
    this.#handle = setTimeout(fire, delayMs, this).unref()
  }

  /** Runs when the armed delay is over. */
  expire(): void {
    if (this.#leftMs <= 0) {
      // Whoever then looks whether his time has come must not find that it has not: nobody would wake him again.
      const missingMs = this.#dueMs - performance.now()
      if (missingMs <= 0 || missingMs > earlyMs) return this.#callback()
      this.#leftMs = missingMs
    }
    this.#arm()
  }
}

function fire(timer: NodeTimer): void {
  timer.expire()
}

function after(ms: number, callback: () => void): Timer {
  return new NodeTimer(ms, callback)
}

function hold(): Timer {
  const handle = setInterval(() => {}, longestDelayMs)
  return { cancel: () => clearInterval(handle) }
}

/** The wall clock and the monotonic clock of this machine. */
export const nodeClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after,
  sleep: (ms, signal) => sleepOn(after, ms, signal),
  hold,
}
