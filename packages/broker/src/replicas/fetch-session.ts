// One incremental fetch session (KIP-227): the partitions a consumer follows and what it was last told of each, so that
// requests carry changes only and answers carry news only.
//
// Invariant: partitions stand in the order in which they are served; one that gave records moves to the end.

/** One partition as a fetcher asks for it. */
export interface FetchTarget {
  /** '' while the topic id is not known to this broker. */
  readonly topic: string
  /** The all-zero id where the request speaks in names. */
  readonly topicId: string
  readonly partition: number
  readonly fetchOffset: number
  /** -1 to skip the check (KIP-320). */
  readonly currentLeaderEpoch: number
  /** Epoch of the last record the fetcher has, -1 to skip the check (KIP-595). */
  readonly lastFetchedEpoch: number
  /** Where the log of a follower begins, -1 from consumers. */
  readonly logStartOffset: number
  readonly maxBytes: number
}

/** The part of an answer that a session remembers. */
export interface FetchNews {
  readonly errorCode: number
  readonly highWatermark: number
  readonly logStartOffset: number
  readonly sizeInBytes: number
  readonly diverging: boolean
  /** The replica that should be asked instead, -1 for none. */
  readonly preferredReadReplica: number
}

/** A partition a session should not follow any more. */
export interface ForgottenPartition {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
}

interface Followed {
  target: FetchTarget
  highWatermark: number
  logStartOffset: number
}

/** The place of a partition in a session: the id where the session speaks in ids, else the name. */
function keyOf(of: ForgottenPartition, usesTopicIds: boolean): string {
  return `${usesTopicIds ? of.topicId : of.topic}/${of.partition}`
}

/** What one fetcher follows. */
export class FetchSession {
  readonly id: number
  readonly usesTopicIds: boolean
  readonly createdAt: number
  lastUsedAt: number
  /** The epoch that the next request must carry. */
  epoch = 1
  readonly #partitions = new Map<string, Followed>()
  /** The same by what is served, which needs no name made up for each partition of each answer. */
  readonly #byTarget = new Map<FetchTarget, Followed>()

  constructor(id: number, usesTopicIds: boolean, nowMs: number) {
    this.id = id
    this.usesTopicIds = usesTopicIds
    this.createdAt = nowMs
    this.lastUsedAt = nowMs
  }

  get size(): number {
    return this.#partitions.size
  }

  /** In the order in which they should be served. */
  targets(): FetchTarget[] {
    return Array.from(this.#partitions.values(), (followed) => followed.target)
  }

  /** Takes the changes of a request; a partition with a new offset keeps its place. */
  update(changed: readonly FetchTarget[], forgotten: readonly ForgottenPartition[]): void {
    for (const target of changed) {
      const key = keyOf(target, this.usesTopicIds)
      const followed = this.#partitions.get(key)
      if (followed === undefined) {
        const added = { target, highWatermark: -1, logStartOffset: -1 }
        this.#partitions.set(key, added)
        this.#byTarget.set(target, added)
      } else {
        this.#byTarget.delete(followed.target)
        followed.target = target
        this.#byTarget.set(target, followed)
      }
    }
    for (const partition of forgotten) {
      const key = keyOf(partition, this.usesTopicIds)
      const followed = this.#partitions.get(key)
      if (followed === undefined) continue
      this.#partitions.delete(key)
      this.#byTarget.delete(followed.target)
    }
  }

  /** What is known of a target that was served; one whose name was learnt only now is another object. */
  #followed(target: FetchTarget): Followed | undefined {
    return this.#byTarget.get(target) ?? this.#partitions.get(keyOf(target, this.usesTopicIds))
  }

  /** The high watermark that was told last; -1 when none was, or something went wrong since. */
  toldHighWatermark(target: FetchTarget): number {
    return this.#followed(target)?.highWatermark ?? -1
  }

  /** Whether `news` must be told, and remembers that it was. */
  tell(target: FetchTarget, news: FetchNews): boolean {
    const followed = this.#followed(target)
    if (followed === undefined) return true
    const changed =
      news.sizeInBytes > 0 ||
      news.errorCode !== 0 ||
      news.diverging ||
      news.preferredReadReplica !== -1 ||
      followed.highWatermark !== news.highWatermark ||
      followed.logStartOffset !== news.logStartOffset
    // After an error the next answer must come, even if nothing else changes.
    followed.highWatermark = news.errorCode === 0 ? news.highWatermark : -1
    followed.logStartOffset = news.logStartOffset
    if (news.sizeInBytes > 0) {
      const key = keyOf(target, this.usesTopicIds)
      this.#partitions.delete(key)
      this.#partitions.set(key, followed)
    }
    return changed
  }

  /** The epoch after this one; 0 and -1 have meanings of their own. */
  advance(nowMs: number): void {
    this.epoch = this.epoch === 0x7fffffff ? 1 : this.epoch + 1
    this.lastUsedAt = nowMs
  }
}
