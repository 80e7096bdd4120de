// Time as the rest of Samsa sees it. Two clocks that are never mixed: the wall clock stamps records, the
// monotonic clock measures durations and deadlines.

/** A scheduled callback. */
export interface Timer {
  /** The callback will not run any more; calling it again, or after the callback ran, does nothing. */
  cancel(): void
}

/** The source of time. All values are milliseconds. */
export interface Clock {
  /** Wall-clock time in whole milliseconds since the Unix epoch. May jump in either direction. */
  now(): number
  /** Monotonic time in milliseconds (fractions allowed) since an arbitrary start. Never falls. */
  monotonic(): number
  /** Resolves after `ms` of monotonic time. Rejects with the signal's reason when `signal` aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Runs `callback` once after `ms`. A pending timer does not keep the process alive. */
  after(ms: number, callback: () => void): Timer
  /**
   * Keeps the process alive until it is cancelled: somebody waits for an answer although no socket is open. Absent where
   * there is no process that could end.
   */
  hold?(): Timer
}
