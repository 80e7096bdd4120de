// One partition hosted here, and this broker's part in it. The log keeps the bytes; the partition knows the role and the
// leader epoch, and lets nothing into the log that does not belong to them.
//
// Invariant: while the role changes nothing is appended, and what was being written before has come to its end; so a
// leader's epoch begins after everything that came before it, and a follower asks from where its log really ends.

import { type ErrorName, KafkaError } from '@samsa/protocol'
import type { AppendInfo, EpochEnd, PartitionLog, ReadResult } from '@samsa/log'
import type { Clock } from '@samsa/world'
import type { IsrChange } from '../controller/controller.ts'
import { Gate } from '../directories/gate.ts'
import type { PartitionImage } from '../metadata/metadata-view.ts'
import {
  appendFetched,
  type FetchedRecords,
  moveIntoRange,
  truncateToLeader,
} from './follower-log.ts'
import type { FollowerFetch } from './follower-progress.ts'
import { epochFault } from './high-watermark.ts'
import { Leadership, type LeadershipRules } from './leadership.ts'
import type { ReadableFollower } from './read-replica.ts'
import { PartitionWaiters } from './partition-waiters.ts'
import { type Role, roleOf } from './role.ts'

type AppendOptions = Parameters<PartitionLog['appendAsLeader']>[1]
type ReadOptions = Parameters<PartitionLog['read']>[1]

/** How an append is acknowledged: 0 and 1 after the leader's write, -1 when committed. */
export type Acks = 0 | 1 | -1

/** What a partition needs of its broker. */
export interface PartitionHost extends LeadershipRules {
  readonly clock: Clock
  /** Proposes a change of the in-sync set to the controller. */
  readonly propose: (partition: Partition, change: IsrChange) => void
  /** Whether followers are told at once of what is committed: somebody may be reading there. */
  readonly hurriesFollowers: () => boolean
  /** The in-sync set of a partition led here has another size. */
  readonly inSyncChanged: (before: number, after: number) => void
}

/** What was appended, and under which leadership. */
export interface Appended extends AppendInfo {
  readonly leaderEpoch: number
}

/** Where a follower goes on. */
export interface FollowerPosition {
  readonly fetchOffset: number
  /** -1 for an empty history. */
  readonly lastFetchedEpoch: number
  readonly logStartOffset: number
}

/** A partition of which this broker has a replica. */
export class Partition {
  readonly waiters = new PartitionWaiters()
  readonly #host: PartitionHost
  readonly #gate = new Gate()
  #log: PartitionLog
  /** Of roles and logs, one change at a time. */
  #changing: Promise<unknown> = Promise.resolve()
  #role: Role = { kind: 'idle', leaderEpoch: -1 }
  #partitionEpoch = -1
  #leadership: Leadership | undefined
  /** The last append or cut that was begun: whatever was begun before it ends before it. */
  #underWay: Promise<unknown> = Promise.resolve()
  #isMember = false
  #sizeWhenAdvanced = 0
  #sizeWhenAppended = 0

  constructor(log: PartitionLog, host: PartitionHost) {
    this.#log = log
    this.#host = host
    this.#listen()
  }

  /** The replica's log: another one after a move to another log directory. */
  get log(): PartitionLog {
    return this.#log
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

  /** Of the state that was taken over last; -1 before the first. */
  get partitionEpoch(): number {
    return this.#partitionEpoch
  }

  /** Whether this broker's replica was in sync when the state was taken over. */
  get isMember(): boolean {
    return this.#isMember
  }

  /** Takes over the state that metadata gives this replica. Resolves when it may be served. */
  take(image: PartitionImage): Promise<void> {
    return this.#oneAtATime(() => this.#take(image))
  }

  async #take(image: PartitionImage): Promise<void> {
    if (image.partitionEpoch <= this.#partitionEpoch) return
    const role = roleOf(this.#host.brokerId, image)
    const isSame = role.kind === this.#role.kind && role.leaderEpoch === this.#role.leaderEpoch
    if (!isSame) await this.#change(role, image)
    this.#partitionEpoch = image.partitionEpoch
    this.#isMember = image.isr.includes(this.#host.brokerId)
    const leadership = this.#leadership
    if (leadership === undefined) return
    const before = leadership.inSyncCount
    leadership.update(image)
    if (leadership.inSyncCount !== before) {
      this.#host.inSyncChanged(before, leadership.inSyncCount)
    }
    this.#advance()
    if (leadership.inSyncCount < leadership.minimum) {
      this.waiters.failImpatient(this.#error('NOT_ENOUGH_REPLICAS_AFTER_APPEND'))
    }
    this.lookAtReplicas()
  }

  /**
   * Goes on with the log that `exchange` gives, which has the same records. Nothing is written to either meanwhile; who
   * wants to waits. Rejects as `exchange` does, and then goes on with the log that was there.
   */
  exchangeLog(exchange: () => Promise<PartitionLog>): Promise<void> {
    return this.#oneAtATime(() =>
      this.#gate.closedDuring(async () => {
        await this.settled()
        const log = await exchange()
        this.#log.listener = undefined
        this.#log = log
        this.#listen()
        this.#sizeWhenAdvanced = log.sizeInBytes
        this.#sizeWhenAppended = log.sizeInBytes
      }),
    )
  }

  /** Moves the log start offset as `PartitionLog.deleteRecordsBefore` does; -1 means up to the high watermark. */
  deleteRecordsBefore(offset: number): Promise<number> {
    return this.#gate.pass(() => {
      const { log } = this
      const deleted = log.deleteRecordsBefore(offset === -1 ? log.highWatermark : offset)
      this.#underWay = Promise.allSettled([this.#underWay, deleted])
      return deleted
    })
  }

  /** The replica is going away. */
  leave(): void {
    this.#leadership = undefined
    this.#role = { kind: 'idle', leaderEpoch: this.#role.leaderEpoch }
    this.log.listener = undefined
    this.waiters.fail(this.#error('NOT_LEADER_OR_FOLLOWER'))
  }

  /**
   * The leader epoch, if this broker leads and the asker's view is the same; -1 skips that check. Throws
   * NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH or UNKNOWN_LEADER_EPOCH.
   */
  requireLeader(currentLeaderEpoch: number = -1): number {
    this.#requireEpoch(currentLeaderEpoch)
    if (this.#role.kind !== 'leader') throw this.#error('NOT_LEADER_OR_FOLLOWER')
    return this.#role.leaderEpoch
  }

  /** The same for whoever may also be served by a follower (KIP-392). Throws as `requireLeader` does. */
  requireReplica(currentLeaderEpoch: number): void {
    this.#requireEpoch(currentLeaderEpoch)
    if (this.#role.kind === 'idle') throw this.#error('NOT_LEADER_OR_FOLLOWER')
  }

  /** How many are in sync, and how many should be at least; known to the leader only. */
  get inSync(): { readonly count: number; readonly minimum: number } | undefined {
    const leadership = this.#leadership
    return leadership && { count: leadership.inSyncCount, minimum: leadership.minimum }
  }

  /** Whether a replica is in the in-sync set; known to the leader only. */
  isInSync(brokerId: number): boolean {
    return this.#leadership?.isInSync(brokerId) ?? false
  }

  /** Where the log ended when this broker began to lead; 0 while it does not. */
  get leadershipStart(): number {
    return this.#leadership?.startOffset ?? 0
  }

  /** The in-sync followers of which consumers could read at this offset; none unless this broker leads. */
  readableFollowers(offset: number): readonly ReadableFollower[] {
    return this.#leadership?.readableFollowers(offset) ?? []
  }

  #requireEpoch(currentLeaderEpoch: number): void {
    const fault = epochFault(currentLeaderEpoch, this.#role.leaderEpoch)
    if (fault !== undefined) {
      throw this.#error(
        fault,
        `its leader epoch is ${this.#role.leaderEpoch}, not ${currentLeaderEpoch}`,
      )
    }
  }

  /**
   * Appends as leader; resolves when the leader has written. Refusals of the records, and NOT_ENOUGH_REPLICAS where
   * acks=-1 cannot be kept, are thrown at the call. The bytes are copied before it returns.
   */
  append(
    records: Buffer,
    acks: Acks,
    options?: Omit<AppendOptions, 'leaderEpoch'>,
  ): Promise<Appended> {
    const leaderEpoch = this.requireLeader()
    if (this.#gate.isClosed) {
      const copied = Buffer.from(records)
      return this.#gate.pass(() => this.append(copied, acks, options))
    }
    const { inSyncCount = 0, minimum = 1 } = this.#leadership ?? {}
    if (acks === -1 && inSyncCount < minimum) {
      throw this.#error(
        'NOT_ENOUGH_REPLICAS',
        `${inSyncCount} of at least ${minimum} replicas are in sync`,
      )
    }
    const appended = this.log.appendAsLeader(records, { ...options, leaderEpoch })
    this.#underWay = appended
    return appended.then((info) => ({ ...info, leaderEpoch }))
  }

  /**
   * Resolves when what was appended is committed; undefined if it is already. Rejects with NOT_LEADER_OR_FOLLOWER when
   * the leadership it was appended under is over, and, if whoever asks is `impatient`, with
   * NOT_ENOUGH_REPLICAS_AFTER_APPEND when too few replicas are in sync.
   */
  committed(
    { lastOffset, leaderEpoch }: Pick<Appended, 'lastOffset' | 'leaderEpoch'>,
    patience?: 'impatient',
  ): Promise<void> | undefined {
    // Under another leadership the offset may hold another record.
    if (this.#leadership?.leaderEpoch !== leaderEpoch) {
      return Promise.reject(this.#error('NOT_LEADER_OR_FOLLOWER', 'its leader has changed'))
    }
    if (this.log.highWatermark > lastOffset) return undefined
    return this.waiters.committed(lastOffset + 1, patience === 'impatient')
  }

  /** Resolves when everything that was appended before the call is written, or has failed. */
  async settled(): Promise<void> {
    // Whether it succeeded is told to whoever began it.
    await this.#underWay.catch(() => {})
  }

  /** Reads as `PartitionLog.read` does. */
  read(offset: number, options: ReadOptions): ReadResult | Promise<ReadResult> {
    return this.log.read(offset, options)
  }

  /** A follower asks for what comes after `fetch.fetchOffset`. Throws NOT_LEADER_OR_FOLLOWER if it is none. */
  followerFetched(replicaId: number, fetch: Omit<FollowerFetch, 'nowMs'>): void {
    const nowMs = this.#host.clock.monotonic()
    if (this.#leadership?.fetched(replicaId, { ...fetch, nowMs }) !== true) {
      throw this.#error('NOT_LEADER_OR_FOLLOWER', `broker ${replicaId} is no follower of it`)
    }
    this.lookAtReplicas(replicaId)
    this.#advance()
  }

  /** Proposes to change the in-sync set if a replica has fallen behind, or the one that fetches has caught up. */
  lookAtReplicas(fetching: number = -1): void {
    const leadership = this.#leadership
    const change = leadership?.propose(this.log, this.#host.clock.monotonic(), fetching)
    if (change !== undefined) this.#host.propose(this, change)
  }

  /** Whether the outcome of a proposed change is still open. */
  isProposed(change: IsrChange): boolean {
    return this.#leadership?.proposed === change
  }

  /** The controller has refused a change: it did not happen, and will not. */
  proposalRefused(change: IsrChange): void {
    this.#leadership?.refused(change, this.#host.clock.monotonic())
    this.#advance()
  }

  /**
   * Where this replica's log ends while nobody leads the partition, for whoever compares logs. Throws FENCED_LEADER_EPOCH or
   * UNKNOWN_LEADER_EPOCH when this broker does not have the state of that epoch, and NOT_LEADER_OR_FOLLOWER while it
   * leads or follows: what it has may change then.
   */
  async logEnd(currentLeaderEpoch: number): Promise<EpochEnd> {
    await this.settled()
    await this.log.load()
    this.#requireEpoch(currentLeaderEpoch)
    if (this.#role.kind !== 'idle') throw this.#error('NOT_LEADER_OR_FOLLOWER')
    return { epoch: this.log.latestEpoch ?? -1, endOffset: this.log.logEndOffset }
  }

  /** Where this broker goes on as follower of that leader epoch; undefined when it does not follow it (any more). */
  followerPosition(leaderEpoch: number): FollowerPosition | undefined {
    // Where the log is offline its replica falls behind, and leaves the in-sync set.
    if (!this.#follows(leaderEpoch) || this.log.isOffline) return undefined
    const { logEndOffset, latestEpoch, logStartOffset } = this.log
    return { fetchOffset: logEndOffset, lastFetchedEpoch: latestEpoch ?? -1, logStartOffset }
  }

  /** Takes what the leader of that epoch sent. Resolves when it is written; does nothing when it is not followed. */
  follow(leaderEpoch: number, fetched: FetchedRecords): Promise<void> {
    return this.#asFollower(leaderEpoch, () => appendFetched(this.log, fetched))
  }

  /** Cuts what the leader of that epoch does not have; `leaderEnd` is where it says that the histories may part. */
  followTruncation(leaderEpoch: number, leaderEnd: EpochEnd): Promise<void> {
    return this.#asFollower(leaderEpoch, () => truncateToLeader(this.log, leaderEnd))
  }

  /** The follower's position is not within the leader's log, which has `[startOffset, endOffset)`: goes to what there is. */
  followOutOfRange(
    leaderEpoch: number,
    leader: { readonly startOffset: number; readonly endOffset: number },
  ): Promise<void> {
    return this.#asFollower(leaderEpoch, () => moveIntoRange(this.log, leader))
  }

  #follows(leaderEpoch: number): boolean {
    return this.#role.kind === 'follower' && this.#role.leaderEpoch === leaderEpoch
  }

  async #asFollower(leaderEpoch: number, step: () => Promise<void>): Promise<void> {
    if (this.#gate.isClosed) await this.#gate.pass(() => Promise.resolve())
    if (!this.#follows(leaderEpoch)) return
    const stepping = step()
    this.#underWay = stepping
    await stepping
  }

  #listen(): void {
    this.#log.listener = {
      logEndMoved: () => this.#appended(),
      highWatermarkMoved: () => this.#advanced(),
    }
  }

  #oneAtATime(change: () => Promise<void>): Promise<void> {
    const changing = this.#changing.then(change)
    this.#changing = changing.catch(() => {})
    return changing
  }

  async #change(role: Role, image: PartitionImage): Promise<void> {
    const { leaderEpoch } = role
    this.#leadership = undefined
    this.#role = { kind: 'idle', leaderEpoch }
    this.waiters.fail(this.#error('NOT_LEADER_OR_FOLLOWER'))
    await this.settled()
    if (role.kind !== 'idle') await this.log.load()
    if (role.kind === 'leader') {
      const startOffset = this.log.logEndOffset
      // The epoch is assigned even if nothing is ever written in it.
      await this.log.assignEpoch(leaderEpoch)
      const nowMs = this.#host.clock.monotonic()
      this.#leadership = new Leadership(this.#host, image, {
        topicId: this.topicId,
        startOffset,
        nowMs,
      })
    }
    this.#sizeWhenAdvanced = this.log.sizeInBytes
    this.#sizeWhenAppended = this.#sizeWhenAdvanced
    this.#role = role
  }

  /** A KafkaError about this partition. */
  #error(name: ErrorName, detail?: string): KafkaError {
    const what = `${this.topic}-${this.index}`
    return new KafkaError(name, detail === undefined ? what : `${what}: ${detail}`)
  }

  #advance(): void {
    const leadership = this.#leadership
    if (leadership === undefined) return
    const before = this.log.highWatermark
    const next = leadership.highWatermark(this.log, this.#host.clock.monotonic())
    if (next !== before) this.log.setHighWatermark(next)
  }

  #appended(): void {
    if (this.waiters.hasFollowers) {
      const size = this.log.sizeInBytes
      const bytes = Math.max(1, size - this.#sizeWhenAppended)
      this.#sizeWhenAppended = size
      this.waiters.appended(bytes)
    }
    this.#advance()
  }

  #advanced(): void {
    const size = this.log.sizeInBytes
    const bytes = Math.max(1, size - this.#sizeWhenAdvanced)
    this.#sizeWhenAdvanced = size
    this.waiters.advanced(this.log.highWatermark, bytes)
    if (this.waiters.hasFollowers && this.#host.hurriesFollowers()) this.waiters.wakeFollowers()
  }
}
