// The log of an internal topic under faults: appends take their time, are refused, or fail although they are in the
// log; a crash takes back any part of what was not committed. What was committed stays. One partition.

import type { CoordinatorPartitions, LeadershipListener } from '@samsa/broker/groups/testing'
import { BatchWalk, KafkaError, type RecordBatch } from '@samsa/protocol'
import type { Clock } from '@samsa/world'
import type { SeededRandom } from '@samsa/world/simulated'

interface Append {
  readonly bytes: Buffer
  committed: boolean
}

/** How unreliable the log is. */
export interface LogFaults {
  /** Chance of an append to be refused before anything is written. */
  refuseChance: number
  /** Chance of an append to be reported as failed although it is written. */
  uncertainChance: number
  /** Longest time an append takes. */
  maxDelayMs: number
}

/** A log of one partition whose leader comes and goes. */
export class SimulatedPartitions implements CoordinatorPartitions {
  readonly topic = '__consumer_offsets'
  readonly faults: LogFaults = { refuseChance: 0, uncertainChance: 0, maxDelayMs: 20 }
  readonly #clock: Clock
  readonly #random: SeededRandom
  readonly #listeners = new Set<LeadershipListener>()
  #log: Append[] = []
  #endOffset = 0
  #leaderEpoch = 0
  #isUp = true
  /** Commits happen in order: the time at which the last one will. */
  #lastCommitMs = 0

  constructor(clock: Clock, random: SeededRandom) {
    this.#clock = clock
    this.#random = random
  }

  partitionCount(): number {
    return 1
  }

  async ensureTopic(): Promise<void> {}

  leader(): { brokerId: number; leaderEpoch: number } | undefined {
    return this.#isUp ? { brokerId: 1, leaderEpoch: this.#leaderEpoch } : undefined
  }

  async append(
    _partition: number,
    batch: Buffer,
  ): Promise<{ baseOffset: number; lastOffset: number }> {
    const { refuseChance, uncertainChance, maxDelayMs } = this.faults
    if (!this.#isUp) throw new KafkaError('NOT_LEADER_OR_FOLLOWER')
    if (this.#random.chance(refuseChance)) throw new KafkaError('NOT_ENOUGH_REPLICAS')
    const append: Append = { bytes: Buffer.from(batch), committed: false }
    const walk = new BatchWalk(append.bytes)
    walk.next()
    const baseOffset = this.#endOffset
    walk.batch.assign(baseOffset, this.#leaderEpoch)
    const { lastOffset } = walk.batch
    this.#endOffset = lastOffset + 1
    this.#log.push(append)
    const epoch = this.#leaderEpoch
    const commitMs = this.#clock.monotonic() + this.#random.below(maxDelayMs + 1)
    this.#lastCommitMs = Math.max(this.#lastCommitMs, commitMs)
    await this.#commit(append, epoch, this.#lastCommitMs - this.#clock.monotonic())
    if (this.#random.chance(uncertainChance)) {
      throw new KafkaError('NOT_ENOUGH_REPLICAS_AFTER_APPEND')
    }
    return { baseOffset, lastOffset }
  }

  async #commit(append: Append, epoch: number, delayMs: number): Promise<void> {
    await this.#clock.sleep(delayMs)
    if (epoch !== this.#leaderEpoch || !this.#isUp) throw new KafkaError('NOT_LEADER_OR_FOLLOWER')
    append.committed = true
  }

  async replay(_partition: number, onBatch: (batch: RecordBatch) => void): Promise<void> {
    await this.#clock.sleep(this.#random.below(50))
    for (const { bytes } of this.#log) {
      const walk = new BatchWalk(bytes)
      while (walk.next()) onBatch(walk.batch)
    }
  }

  onLeadership(listener: LeadershipListener): () => void {
    this.#listeners.add(listener)
    if (this.#isUp) listener.elected(0, this.#leaderEpoch)
    return () => this.#listeners.delete(listener)
  }

  /** The broker dies: some beginning of what was not committed is kept, the rest is lost. */
  crash(): void {
    this.#isUp = false
    for (const listener of this.#listeners) listener.resigned(0, this.#leaderEpoch)
    let kept = this.#log.findIndex(({ committed }) => !committed)
    if (kept < 0) kept = this.#log.length
    kept += this.#random.below(this.#log.length - kept + 1)
    this.#log = this.#log.slice(0, kept)
    // Whatever is in the log of the next leader is committed with it.
    for (const append of this.#log) append.committed = true
  }

  /** And comes back. */
  restart(): void {
    this.#leaderEpoch += 1
    this.#isUp = true
    for (const listener of this.#listeners) listener.elected(0, this.#leaderEpoch)
  }
}
