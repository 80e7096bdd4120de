// The log of an internal topic in memory: what coordinators are tested and simulated on. Appends are committed at once,
// or when the test says so, and can be made to fail before or after the batch is in the log.

import { BatchWalk, type KafkaError, type RecordBatch } from '@samsa/protocol'
import type {
  CoordinatorPartitions,
  LeadershipListener,
} from '../../replicas/coordinator-partitions.ts'

interface WaitingAppend {
  readonly commit: () => void
  readonly fail: (error: KafkaError) => void
}

/** An internal topic that one broker leads. */
export class MemoryPartitions implements CoordinatorPartitions {
  readonly topic: string
  readonly #partitionCount: number
  readonly #brokerId: number
  readonly #logs: Buffer[][]
  readonly #endOffsets: number[]
  readonly #listeners = new Set<LeadershipListener>()
  readonly #leaderEpochs: (number | undefined)[]
  #waiting: WaitingAppend[] = []
  /** While true, appends wait for `commitAll`. */
  holdsAppends = false
  /** The next append is refused with this error, before anything is written. */
  nextFailure: KafkaError | undefined
  /** Number of batches appended. */
  appendCount = 0

  constructor(topic: string, partitionCount: number, brokerId = 1) {
    this.topic = topic
    this.#partitionCount = partitionCount
    this.#brokerId = brokerId
    this.#logs = Array.from({ length: partitionCount }, () => [])
    this.#endOffsets = Array.from({ length: partitionCount }, () => 0)
    this.#leaderEpochs = Array.from({ length: partitionCount }, () => 0)
  }

  partitionCount(): number {
    return this.#partitionCount
  }

  async ensureTopic(): Promise<void> {}

  leader(partition: number): { brokerId: number; leaderEpoch: number } | undefined {
    const leaderEpoch = this.#leaderEpochs[partition]
    return leaderEpoch === undefined ? undefined : { brokerId: this.#brokerId, leaderEpoch }
  }

  async append(
    partition: number,
    batch: Buffer,
  ): Promise<{ baseOffset: number; lastOffset: number }> {
    const failure = this.nextFailure
    this.nextFailure = undefined
    if (failure !== undefined) throw failure
    const copy = Buffer.from(batch)
    const walk = new BatchWalk(copy)
    walk.next()
    const baseOffset = this.#endOffsets[partition] ?? 0
    walk.batch.assign(baseOffset, this.#leaderEpochs[partition] ?? 0)
    const { lastOffset } = walk.batch
    this.#endOffsets[partition] = lastOffset + 1
    this.#logs[partition]?.push(copy)
    this.appendCount += 1
    if (this.holdsAppends) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      this.#waiting.push({ commit: resolve, fail: reject })
      await promise
    }
    return { baseOffset, lastOffset }
  }

  /** Commits what waits, or fails it although it is in the log. */
  commitAll(error?: KafkaError): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const { commit, fail } of waiting) {
      if (error === undefined) commit()
      else fail(error)
    }
  }

  async replay(partition: number, onBatch: (batch: RecordBatch) => void): Promise<void> {
    for (const bytes of this.#logs[partition] ?? []) {
      const walk = new BatchWalk(bytes)
      while (walk.next()) onBatch(walk.batch)
    }
  }

  onLeadership(listener: LeadershipListener): () => void {
    this.#listeners.add(listener)
    for (const [partition, leaderEpoch] of this.#leaderEpochs.entries()) {
      if (leaderEpoch !== undefined) listener.elected(partition, leaderEpoch)
    }
    return () => this.#listeners.delete(listener)
  }

  /** Leadership goes away, and comes back with the next epoch when `elect` is called. */
  resign(partition: number): void {
    const leaderEpoch = this.#leaderEpochs[partition]
    if (leaderEpoch === undefined) return
    this.#leaderEpochs[partition] = undefined
    for (const listener of this.#listeners) listener.resigned(partition, leaderEpoch)
  }

  elect(partition: number, leaderEpoch: number): void {
    this.#leaderEpochs[partition] = leaderEpoch
    for (const listener of this.#listeners) listener.elected(partition, leaderEpoch)
  }

  /** Copies of all batches of a partition. */
  batches(partition: number): readonly Buffer[] {
    return this.#logs[partition] ?? []
  }
}
