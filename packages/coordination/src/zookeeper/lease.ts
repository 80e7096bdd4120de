// Until when a session may act on what it holds.
//
// A ping proves nothing: a follower that was cut off from its leader answers pings by itself while the leader expires
// the session. A committed write proves that leader and quorum knew the session after the write was sent, and a leader
// elected later gives every session a full timeout. So the lease counts from the sending of the last committed write.

/** Clocks of two machines may run apart by this part of the time measured. */
const DRIFT = 0.01

/** Lease of one session. Times are monotonic milliseconds. */
export class Lease {
  readonly #serverTickMs: number | undefined
  #until = Number.NEGATIVE_INFINITY

  /** `serverTickMs` is the ensemble's tickTime; unknown, it is taken for the largest that the timeout allows. */
  constructor(serverTickMs: number | undefined) {
    this.#serverTickMs = serverTickMs
  }

  /** No other session can have taken over before this time. */
  get untilMs(): number {
    return this.#until
  }

  /** A write that was sent at `sentAtMs` has been committed. */
  committed(sentAtMs: number, timeoutMs: number): void {
    // Servers grant no timeout below two ticks.
    const tickMs = Math.min(this.#serverTickMs ?? Number.POSITIVE_INFINITY, timeoutMs / 2)
    const marginMs = timeoutMs / 5 + tickMs + timeoutMs * DRIFT
    this.#until = Math.max(this.#until, sentAtMs + timeoutMs - marginMs)
  }

  /** The session is over. */
  end(): void {
    this.#until = Number.NEGATIVE_INFINITY
  }

  /** How often a write must be committed for the lease not to lapse in between. */
  static intervalMs(timeoutMs: number): number {
    return timeoutMs / 6
  }
}
