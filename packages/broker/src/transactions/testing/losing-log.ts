// The log of __transaction_state when its leaders come and go: what is appended is committed later or never, and a new
// leader may lack what was not committed. Committing an offset commits everything before it.

import { BatchWalk, KafkaError, type RecordBatch } from '@samsa/protocol'
import type {
  CoordinatorPartitions,
  LeadershipListener,
} from '../../replicas/coordinator-partitions.ts'

interface Waiting {
  readonly index: number
  readonly resolve: () => void
  readonly reject: (error: KafkaError) => void
}

/** One partition on one broker, again and again elected. */
export class LosingLog implements CoordinatorPartitions {
  readonly topic = '__transaction_state'
  readonly batches: Buffer[] = []
  /** Number of batches that are committed. */
  committedCount = 0
  #leaderEpoch = 0
  #waiting: Waiting[] = []
  #listener: LeadershipListener[] = []

  partitionCount(): number {
    return 1
  }

  async ensureTopic(): Promise<void> {}

  leader(): { brokerId: number; leaderEpoch: number } {
    return { brokerId: 1, leaderEpoch: this.#leaderEpoch }
  }

  async append(
    _partition: number,
    batch: Buffer,
  ): Promise<{ baseOffset: number; lastOffset: number }> {
    const index = this.batches.length
    this.batches.push(Buffer.from(batch))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ index, resolve, reject })
    await promise
    return { baseOffset: index, lastOffset: index }
  }

  /** Followers have fetched everything. */
  commit(): void {
    this.committedCount = this.batches.length
    for (const { resolve } of this.#waiting.splice(0)) resolve()
  }

  /** The followers are too few: what waits is given up, although it is in the log. */
  giveUp(): void {
    const error = new KafkaError('NOT_ENOUGH_REPLICAS_AFTER_APPEND')
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }

  /** Another leader has been, without what was not committed if `isLost`, and this broker leads again. */
  fail(isLost: boolean): void {
    this.#waiting = []
    for (const listener of this.#listener) listener.resigned(0, this.#leaderEpoch)
    if (isLost) this.batches.length = this.committedCount
    this.#leaderEpoch += 1
    for (const listener of this.#listener) listener.elected(0, this.#leaderEpoch)
  }

  async replay(_partition: number, onBatch: (batch: RecordBatch) => void): Promise<void> {
    for (const bytes of [...this.batches]) {
      const walk = new BatchWalk(bytes)
      while (walk.next()) onBatch(walk.batch)
    }
  }

  onLeadership(listener: LeadershipListener): () => void {
    this.#listener.push(listener)
    listener.elected(0, this.#leaderEpoch)
    return () => {
      this.#listener = this.#listener.filter((each) => each !== listener)
    }
  }
}
