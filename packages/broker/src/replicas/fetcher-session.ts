// The follower's side of an incremental fetch session (KIP-227): what was last told to the leader, so that a request
// carries only partitions that are new or have moved on.
//
// Invariant: after any doubt the next request is a full one, which opens another session.

import type { Fetch, RequestInput, ResponseOf } from '@samsa/protocol'

type FetchTopics = NonNullable<RequestInput<typeof Fetch>['topics']>
type TargetPartition = FetchTopics[number]['partitions'][number]

/** One partition as it is asked for. */
export interface FetcherTarget {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  readonly fetchOffset: number
  readonly currentLeaderEpoch: number
  readonly lastFetchedEpoch: number
  readonly logStartOffset: number
}

/** The session's part of a request. */
export type SessionFields = Required<
  Pick<RequestInput<typeof Fetch>, 'sessionId' | 'sessionEpoch' | 'topics' | 'forgottenTopicsData'>
>

/** Errors after which the session is opened anew, and nothing else is wrong. */
const sessionErrors: ReadonlySet<number> = new Set([70, 71, 106])

/** The session of one fetcher. */
export class FetcherSession {
  #id = 0
  #epoch = 0
  /** What the leader knows, by key. */
  #told: ReadonlyMap<string, FetcherTarget> = new Map()

  /**
   * The request for these targets; it counts as sent. The map is kept, and must not change any more. A target that is the
   * same object as before has not changed.
   */
  next(targets: ReadonlyMap<string, FetcherTarget>, maxBytes: number): SessionFields {
    const isFull = this.#epoch === 0
    const changed: FetcherTarget[] = []
    for (const [key, target] of targets) {
      const told = isFull ? undefined : this.#told.get(key)
      if (told === undefined || !isSame(told, target)) changed.push(target)
    }
    let kept = 0
    if (!isFull) for (const key of targets.keys()) if (this.#told.has(key)) kept++
    // Most requests forget nothing, and there may be thousands of partitions.
    const isComplete = isFull || kept === this.#told.size
    const gone = isComplete ? [] : [...this.#told].filter(([key]) => !targets.has(key))
    this.#told = targets
    return {
      sessionId: this.#id,
      sessionEpoch: this.#epoch,
      topics: byTopic(changed, (target): TargetPartition => {
        const { topic: _topic, topicId: _topicId, ...place } = target
        return { ...place, partitionMaxBytes: maxBytes }
      }),
      forgottenTopicsData: byTopic(
        gone.map(([, target]) => target),
        ({ partition }) => partition,
      ),
    }
  }

  /** Takes the answer's part. False when the request must be sent again in another session. */
  answered({ errorCode, sessionId }: ResponseOf<typeof Fetch>): boolean {
    if (errorCode !== 0) {
      this.reset()
      return !sessionErrors.has(errorCode)
    }
    if (sessionId === 0) this.reset()
    else {
      this.#id = sessionId
      this.#epoch = this.#epoch === 0x7fffffff ? 1 : this.#epoch + 1
    }
    return true
  }

  /** Nothing is known of what the leader knows. */
  reset(): void {
    this.#id = 0
    this.#epoch = 0
    this.#told = new Map()
  }
}

function isSame(a: FetcherTarget, b: FetcherTarget): boolean {
  if (a === b) return true
  return (
    a.fetchOffset === b.fetchOffset &&
    a.currentLeaderEpoch === b.currentLeaderEpoch &&
    a.lastFetchedEpoch === b.lastFetchedEpoch &&
    a.logStartOffset === b.logStartOffset &&
    a.topicId === b.topicId
  )
}

function byTopic<T>(
  targets: readonly FetcherTarget[],
  partitionOf: (target: FetcherTarget) => T,
): { topic: string; topicId: string; partitions: T[] }[] {
  const topics = new Map<string, { topic: string; topicId: string; partitions: T[] }>()
  for (const target of targets) {
    const { topic, topicId } = target
    let entry = topics.get(topicId)
    if (entry === undefined) {
      entry = { topic, topicId, partitions: [] }
      topics.set(topicId, entry)
    }
    entry.partitions.push(partitionOf(target))
  }
  return [...topics.values()]
}
