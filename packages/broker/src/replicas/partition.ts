// One partition hosted here, and this broker's part in it. The log keeps the bytes; the partition knows the role, the
// leader epoch, how far each replica is, and so what is committed.
//
// Invariant: the high watermark follows the rule of `nextHighWatermark` and nothing else; whoever waits for it is told
// after it has moved.

import { type ErrorName, KafkaError } from '@samsa/protocol'
import type { AppendInfo, PartitionLog, ReadResult } from '@samsa/log'
import type { PartitionImage } from '../metadata/metadata-view.ts'
import { epochFault, nextHighWatermark, type ReplicaProgress } from './high-watermark.ts'
import { PartitionWaiters } from './partition-waiters.ts'

type AppendOptions = Parameters<PartitionLog['appendAsLeader']>[1]
type ReadOptions = Parameters<PartitionLog['read']>[1]

/** What this broker is to the partition. */
export type Role =
  | { readonly kind: 'leader'; readonly leaderEpoch: number }
  | { readonly kind: 'follower'; readonly leaderEpoch: number; readonly leaderId: number }
  /** The replica is assigned, but nobody leads. */
  | { readonly kind: 'idle'; readonly leaderEpoch: number }

/** How an append is acknowledged: 0 and 1 after the leader's write, -1 when committed. */
export type Acks = 0 | 1 | -1

/** A partition of which this broker has a replica. */
export class Partition {
  readonly log: PartitionLog
  readonly waiters = new PartitionWaiters()
  readonly #brokerId: number
  readonly #minInSyncReplicas: () => number
  #role: Role = { kind: 'idle', leaderEpoch: -1 }
  #partitionEpoch = -1
  #inSyncIds: readonly number[] = []
  #replicaCount = 1
  /** Progress of the other replicas, by broker; the leader's own is its log. */
  readonly #progress = new Map<number, ReplicaProgress>()
  #sizeWhenAdvanced = 0

  constructor(log: PartitionLog, brokerId: number, minInSyncReplicas: () => number) {
    this.log = log
    this.#brokerId = brokerId
    this.#minInSyncReplicas = minInSyncReplicas
    log.listener = {
      logEndMoved: () => this.#advance(),
      highWatermarkMoved: () => this.#advanced(),
    }
  }

  get topic(): string {
    return this.log.topic
  }

  get index(): number {
    return this.log.partition
  }

  get topicId(): string {
    return this.log.topicId
  }

  get role(): Role {
    return this.#role
  }

  /** Takes over the state that metadata gives this replica. Resolves when it may be served. */
  async take(image: PartitionImage): Promise<void> {
    if (image.partitionEpoch < this.#partitionEpoch) return
    const before = this.#role
    const { leader, leaderEpoch } = image
    if (leader === this.#brokerId) {
      if (before.kind !== 'leader' || before.leaderEpoch !== leaderEpoch) {
        await this.log.load()
        // The epoch is assigned even if nothing is ever written in it.
        await this.log.assignEpoch(leaderEpoch)
        this.#progress.clear()
        this.#sizeWhenAdvanced = this.log.sizeInBytes
      }
      this.#role = { kind: 'leader', leaderEpoch }
    } else if (leader === -1) {
      this.#role = { kind: 'idle', leaderEpoch }
    } else {
      this.#role = { kind: 'follower', leaderEpoch, leaderId: leader }
    }
    this.#partitionEpoch = image.partitionEpoch
    this.#inSyncIds = image.isr
    this.#replicaCount = image.replicas.length
    if (before.kind === 'leader' && this.#role.kind !== 'leader') {
      this.waiters.fail(this.#error('NOT_LEADER_OR_FOLLOWER'))
    }
    if (this.#role.kind === 'leader') this.#advance()
  }

  /** The replica is going away. */
  leave(): void {
    this.#role = { kind: 'idle', leaderEpoch: this.#role.leaderEpoch }
    this.log.listener = undefined
    this.waiters.fail(this.#error('UNKNOWN_TOPIC_OR_PARTITION'))
  }

  /**
   * The leader epoch, if this broker leads and the asker's view is the same; -1 skips that check. Throws
   * NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH or UNKNOWN_LEADER_EPOCH.
   */
  requireLeader(currentLeaderEpoch: number = -1): number {
    const fault = epochFault(currentLeaderEpoch, this.#role.leaderEpoch)
    if (fault !== undefined) {
      throw this.#error(
        fault,
        `its leader epoch is ${this.#role.leaderEpoch}, not ${currentLeaderEpoch}`,
      )
    }
    if (this.#role.kind !== 'leader') throw this.#error('NOT_LEADER_OR_FOLLOWER')
    return this.#role.leaderEpoch
  }

  /**
   * Appends as leader; resolves when the leader has written. Refusals of the records, and NOT_ENOUGH_REPLICAS where
   * acks=-1 cannot be kept, are thrown at the call. The bytes are copied before it returns.
   */
  append(
    records: Buffer,
    acks: Acks,
    options?: Omit<AppendOptions, 'leaderEpoch'>,
  ): Promise<AppendInfo> {
    const leaderEpoch = this.requireLeader()
    const minimum = this.#effectiveMinimum()
    if (acks === -1 && this.#inSyncIds.length < minimum) {
      throw this.#error(
        'NOT_ENOUGH_REPLICAS',
        `${this.#inSyncIds.length} of at least ${minimum} replicas are in sync`,
      )
    }
    return this.log.appendAsLeader(records, { ...options, leaderEpoch })
  }

  /** Resolves when everything up to `lastOffset` is committed; undefined if it is already. */
  committed(lastOffset: number): Promise<void> | undefined {
    if (this.log.highWatermark > lastOffset) return undefined
    return this.waiters.committed(lastOffset + 1)
  }

  /** Reads as `PartitionLog.read` does. */
  read(offset: number, options: ReadOptions): ReadResult | Promise<ReadResult> {
    return this.log.read(offset, options)
  }

  /** A KafkaError about this partition. */
  #error(name: ErrorName, detail?: string): KafkaError {
    const what = `${this.topic}-${this.index}`
    return new KafkaError(name, detail === undefined ? what : `${what}: ${detail}`)
  }

  /** min.insync.replicas, but never more than there are replicas at all. */
  #effectiveMinimum(): number {
    return Math.min(this.#minInSyncReplicas(), this.#replicaCount)
  }

  #advance(): void {
    if (this.#role.kind !== 'leader') return
    const inSync: ReplicaProgress[] = [{ logEndOffset: this.log.logEndOffset }]
    for (const id of this.#inSyncIds) {
      if (id !== this.#brokerId) inSync.push(this.#progress.get(id) ?? { logEndOffset: -1 })
    }
    const before = this.log.highWatermark
    const next = nextHighWatermark(before, inSync, this.#effectiveMinimum())
    if (next !== before) this.log.setHighWatermark(next)
  }

  #advanced(): void {
    const size = this.log.sizeInBytes
    const bytes = Math.max(1, size - this.#sizeWhenAdvanced)
    this.#sizeWhenAdvanced = size
    this.waiters.advanced(this.log.highWatermark, bytes)
  }
}
