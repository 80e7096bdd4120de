// What a leader knows of one follower: how far it is, and since when it is no longer with the leader.
//
// Invariant: a follower counts as caught up at the time of the last fetch that had everything the leader had then, or of
// the fetch before it if only what was appended since is missing.

/** One fetch of a follower. */
export interface FollowerFetch {
  /** The follower has everything before it. */
  readonly fetchOffset: number
  readonly logStartOffset: number
  /** Of the follower's registration; -1 if it did not say (KIP-903). */
  readonly brokerEpoch: number
  /** The leader's log end when the fetch was read. */
  readonly leaderEndOffset: number
  readonly nowMs: number
}

/** The progress of one follower under one leadership. */
export class FollowerProgress {
  /** -1 until the first fetch. */
  logEndOffset = -1
  logStartOffset = -1
  /** Of the newest registration that was heard of; -1 until the first fetch. */
  brokerEpoch = -1
  #caughtUpAtMs: number
  #lastFetchMs = 0
  #lastLeaderEndOffset = -1

  /** A replica that is in sync when the leadership begins counts as caught up then; others never did. */
  constructor(caughtUpAtMs: number) {
    this.#caughtUpAtMs = caughtUpAtMs
  }

  /** When it was last known to have everything. */
  get caughtUpAtMs(): number {
    return this.#caughtUpAtMs
  }

  /** Takes note of a fetch. False if it comes from an earlier life of the follower and says nothing of the present one. */
  fetched(fetch: FollowerFetch): boolean {
    if (fetch.brokerEpoch !== -1 && fetch.brokerEpoch < this.brokerEpoch) return false
    const { fetchOffset, leaderEndOffset, nowMs } = fetch
    if (fetchOffset >= leaderEndOffset) this.#caughtUpAtMs = nowMs
    else if (this.#lastLeaderEndOffset >= 0 && fetchOffset >= this.#lastLeaderEndOffset) {
      this.#caughtUpAtMs = Math.max(this.#caughtUpAtMs, this.#lastFetchMs)
    }
    this.#lastFetchMs = nowMs
    this.#lastLeaderEndOffset = leaderEndOffset
    this.logEndOffset = fetchOffset
    this.logStartOffset = fetch.logStartOffset
    this.brokerEpoch = Math.max(this.brokerEpoch, fetch.brokerEpoch)
    return true
  }

  /** Whether it has everything, or had at most `lagMaxMs` ago (replica.lag.time.max.ms). */
  isCaughtUp(leaderEndOffset: number, nowMs: number, lagMaxMs: number): boolean {
    return this.logEndOffset >= leaderEndOffset || nowMs - this.#caughtUpAtMs <= lagMaxMs
  }
}
