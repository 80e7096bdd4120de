// A fetch session with one broker (KIP-227): the broker remembers what is fetched, and requests name only what changed.
// Pure.
//
// Invariant: what the broker believes to be in the session is what `#known` holds; after any doubt the next request says
// everything anew.

import { errorName } from '@samsa/protocol'

/** A partition to be fetched. */
export interface FetchTarget {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  readonly fetchOffset: number
  readonly leaderEpoch: number
}

/** What a request says of the session. */
export interface SessionRequest {
  readonly sessionId: number
  readonly sessionEpoch: number
  /** New or changed since the last request, or all. */
  readonly targets: readonly FetchTarget[]
  /** No longer fetched. */
  readonly forgotten: readonly FetchTarget[]
}

const lastEpoch = 0x7fffffff

/** The session with one broker. */
export class FetchSession {
  #sessionId = 0
  #epoch = 0
  #known = new Map<string, FetchTarget>()
  #asked = new Map<string, FetchTarget>()

  /** What to say, when `targets` are wanted. */
  request(targets: readonly FetchTarget[]): SessionRequest {
    const asked = new Map(targets.map((target) => [keyOf(target), target]))
    this.#asked = asked
    const session = { sessionId: this.#sessionId, sessionEpoch: this.#epoch }
    if (this.#epoch === 0) return { ...session, targets, forgotten: [] }
    const changed = targets.filter((target) => !isSame(target, this.#known.get(keyOf(target))))
    const forgotten = [...this.#known].filter(([key]) => !asked.has(key)).map(([, was]) => was)
    return { ...session, targets: changed, forgotten }
  }

  /** Takes the answer's session; false when the request has to be made anew. */
  answered(errorCode: number, sessionId: number): boolean {
    if (errorCode !== 0) {
      const isGone = errorName(errorCode) === 'FETCH_SESSION_ID_NOT_FOUND'
      if (isGone) this.#sessionId = 0
      this.#epoch = 0
      return false
    }
    this.#known = this.#asked
    if (sessionId === 0) {
      this.#sessionId = 0
      this.#epoch = 0
    } else {
      this.#sessionId = sessionId
      this.#epoch = this.#epoch === lastEpoch ? 1 : this.#epoch + 1
    }
    return true
  }

  /** No answer came: whether the broker took the request nobody knows. */
  lost(): void {
    this.#epoch = 0
  }
}

function keyOf({ topic, topicId, partition }: FetchTarget): string {
  return `${topic} ${topicId} ${partition}`
}

function isSame(a: FetchTarget, b: FetchTarget | undefined): boolean {
  return b !== undefined && a.fetchOffset === b.fetchOffset && a.leaderEpoch === b.leaderEpoch
}
