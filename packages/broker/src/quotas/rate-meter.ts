// A rate over some windows of time, as Apache Kafka measures what quotas limit (KIP-13): the windows that have passed
// count in full, so that one burst after a pause weighs little and steady use weighs what it is.

/** How a rate is measured. */
export interface RateWindows {
  /** quota.window.num. */
  readonly count: number
  readonly windowMs: number
}

interface Window {
  readonly startMs: number
  amount: number
}

/** Measures one rate. Times are of the monotonic clock. */
export class RateMeter {
  #windows: Window[] = []

  record(amount: number, nowMs: number, { count, windowMs }: RateWindows): void {
    const last = this.#windows.at(-1)
    if (last !== undefined && nowMs - last.startMs < windowMs) last.amount += amount
    else {
      this.#windows.push({ startMs: nowMs, amount })
      this.#windows = this.#windows.filter(({ startMs }) => nowMs - startMs < count * windowMs)
    }
  }

  /** How long to be silent, in milliseconds, until the rate is down to `limitPerSecond` again; 0 when it is. */
  throttleMs(limitPerSecond: number, nowMs: number, { count, windowMs }: RateWindows): number {
    const windows = this.#windows.filter(({ startMs }) => nowMs - startMs < count * windowMs)
    const oldestMs = windows[0]?.startMs ?? nowMs
    const passed = Math.floor((nowMs - oldestMs) / windowMs)
    const elapsedMs = nowMs - oldestMs + Math.max(0, count - 1 - passed) * windowMs
    if (elapsedMs <= 0) return 0
    const total = windows.reduce((sum, { amount }) => sum + amount, 0)
    const rate = (total / elapsedMs) * 1000
    if (rate <= limitPerSecond) return 0
    return Math.round(((rate - limitPerSecond) / limitPerSecond) * elapsedMs)
  }
}
