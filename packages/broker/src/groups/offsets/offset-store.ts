// The committed offsets of one partition of the coordinator: by group, topic and partition. Offsets of transactions
// that are not decided yet wait beside them, by producer. Invariant: a pending offset is visible to nobody until its
// transaction's commit marker is written, and a partition with one is unstable until the marker is there.

/** What a group has committed for a partition. */
export interface CommittedOffset {
  readonly offset: number
  /** -1 when the client did not tell. */
  readonly leaderEpoch: number
  readonly metadata: string
  readonly commitTimestampMs: number
  /** -1: expires with the retention of the broker. Only old clients set it. */
  readonly expireTimestampMs: number
  /** 22-letter form; undefined when the committer did not know it. */
  readonly topicId: string | undefined
  /** Place among the records of the log: of two offsets for one partition the later record counts. */
  readonly order: number
}

/** Where an offset belongs. */
export interface OffsetKey {
  readonly groupId: string
  readonly topic: string
  readonly partition: number
}

/** An offset that waits for the end of its transaction. */
interface PendingOffset extends OffsetKey {
  readonly committed: CommittedOffset
}

/** Offsets of one topic. */
export type PartitionOffsets = ReadonlyMap<number, CommittedOffset>
/** Offsets of one group. */
export type TopicOffsets = ReadonlyMap<string, PartitionOffsets>

const NO_TOPICS: TopicOffsets = new Map()

/** All offsets of one partition of the coordinator. */
export class OffsetStore {
  readonly #byGroup = new Map<string, Map<string, Map<number, CommittedOffset>>>()
  readonly #pending = new Map<number, PendingOffset[]>()
  /** How many pending offsets a partition has, by group, topic and partition. */
  readonly #unstable = new Map<string, Map<string, Map<number, number>>>()

  #order = 0
  /** Where the last offset was set: commits come topic by topic. Nothing while `#lastTopic` is undefined. */
  #lastGroupId = ''
  #lastTopic: string | undefined
  #lastPartitions = new Map<number, CommittedOffset>()

  /** The place of the next record. */
  nextOrder(): number {
    this.#order += 1
    return this.#order
  }

  get(key: OffsetKey): CommittedOffset | undefined {
    return this.#byGroup.get(key.groupId)?.get(key.topic)?.get(key.partition)
  }

  /** Everything a group has committed. */
  ofGroup(groupId: string): TopicOffsets {
    return this.#byGroup.get(groupId) ?? NO_TOPICS
  }

  /** Groups that have committed offsets. */
  groupIds(): Iterable<string> {
    return this.#byGroup.keys()
  }

  /** Sets or, with undefined, removes an offset; returns what was there. */
  set(key: OffsetKey, committed: CommittedOffset | undefined): CommittedOffset | undefined {
    const { groupId, topic, partition } = key
    if (committed !== undefined && groupId === this.#lastGroupId && topic === this.#lastTopic) {
      const previous = this.#lastPartitions.get(partition)
      this.#lastPartitions.set(partition, committed)
      return previous
    }
    let topics = this.#byGroup.get(groupId)
    let partitions = topics?.get(topic)
    const previous = partitions?.get(partition)
    if (committed !== undefined) {
      if (topics === undefined) this.#byGroup.set(groupId, (topics = new Map()))
      if (partitions === undefined) topics.set(topic, (partitions = new Map()))
      partitions.set(partition, committed)
      this.#lastGroupId = groupId
      this.#lastTopic = topic
      this.#lastPartitions = partitions
    } else if (topics !== undefined && partitions !== undefined) {
      this.#lastTopic = undefined
      partitions.delete(partition)
      if (partitions.size === 0) topics.delete(topic)
      if (topics.size === 0) this.#byGroup.delete(groupId)
    }
    return previous
  }

  /** Keeps an offset of an open transaction; returns a function that forgets it again. */
  addPending(producerId: number, key: OffsetKey, committed: CommittedOffset): () => void {
    const { groupId, topic, partition } = key
    const pending = { groupId, topic, partition, committed }
    const ofProducer = this.#pending.get(producerId)
    if (ofProducer === undefined) this.#pending.set(producerId, [pending])
    else ofProducer.push(pending)
    this.#countUnstable(key, 1)
    return () => {
      const list = this.#pending.get(producerId)
      const index = list?.lastIndexOf(pending) ?? -1
      if (list === undefined || index < 0) return
      list.splice(index, 1)
      if (list.length === 0) this.#pending.delete(producerId)
      this.#countUnstable(key, -1)
    }
  }

  /**
   * Ends a producer's transaction: its pending offsets become the committed ones, or are dropped. An offset whose record
   * is older than that of the present one is dropped too, for compaction will not keep it. Returns the keys concerned
   * and a function that takes it all back.
   */
  endTransaction(
    producerId: number,
    isCommit: boolean,
  ): { readonly keys: readonly OffsetKey[]; readonly undo: () => void } {
    const pending = this.#pending.get(producerId) ?? []
    this.#pending.delete(producerId)
    const changed: [key: OffsetKey, previous: CommittedOffset | undefined][] = []
    for (const each of pending) {
      this.#countUnstable(each, -1)
      const present = this.get(each)
      if (!isCommit || (present !== undefined && present.order > each.committed.order)) continue
      changed.push([each, this.set(each, each.committed)])
    }
    const undo = (): void => {
      if (pending.length > 0) this.#pending.set(producerId, pending)
      for (const each of pending) this.#countUnstable(each, 1)
      for (const [key, previous] of changed.reverse()) this.set(key, previous)
    }
    return { keys: isCommit ? pending : [], undo }
  }

  /** Whether an open transaction has an offset for the partition. */
  isUnstable(key: OffsetKey): boolean {
    return (this.#unstable.get(key.groupId)?.get(key.topic)?.get(key.partition) ?? 0) > 0
  }

  /** Partitions of a group with offsets of open transactions. */
  unstableOfGroup(groupId: string): ReadonlyMap<string, ReadonlyMap<number, number>> {
    return this.#unstable.get(groupId) ?? new Map()
  }

  /** Whether anything of a group is in an open transaction. */
  hasPending(groupId: string): boolean {
    return this.#unstable.has(groupId)
  }

  #countUnstable(key: OffsetKey, change: 1 | -1): void {
    const { groupId, topic, partition } = key
    let topics = this.#unstable.get(groupId)
    if (topics === undefined) this.#unstable.set(groupId, (topics = new Map()))
    let partitions = topics.get(topic)
    if (partitions === undefined) topics.set(topic, (partitions = new Map()))
    const count = (partitions.get(partition) ?? 0) + change
    if (count > 0) {
      partitions.set(partition, count)
      return
    }
    partitions.delete(partition)
    if (partitions.size === 0) topics.delete(topic)
    if (topics.size === 0) this.#unstable.delete(groupId)
  }
}
