// Serving a fetch: read what is there; if that is less than asked for, wait for events until it is enough or the time is
// over. Reads are taken in the order of the targets, and the first records found come whole however small the limits.
//
// Invariant: every read result is released exactly once, by this file or by whoever was given the answer.

import { KafkaError } from '@samsa/protocol'
import type { ReadResult } from '@samsa/log'
import type { TimerWheel } from '@samsa/network'
import type { Clock } from '@samsa/world'
import type { FetchBudget } from './fetch-budget.ts'
import type { FetchTarget } from './fetch-session.ts'
import type { Partition } from './partition.ts'
import type { DataWaiter } from './partition-waiters.ts'
import { readableEnd, type Visibility } from './offset-lookup.ts'
import type { ReplicationThrottle } from './replication-throttles.ts'

/** What was read for one target. */
export interface Fetched {
  readonly target: FetchTarget
  readonly errorCode: number
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly logStartOffset: number
  /** How far could be read. */
  readonly readableEnd: number
  readonly divergingEpoch: { readonly epoch: number; readonly endOffset: number } | undefined
  /** Who leads instead, where the error is that this broker does not. */
  readonly currentLeader: { readonly leaderId: number; readonly leaderEpoch: number } | undefined
  /** The follower that a consumer should ask instead (KIP-392), -1 for none; nothing was read then. */
  readonly preferredReadReplica: number
  readonly result: ReadResult | undefined
}

/** How much, how long, how far. */
export interface FetchLimits {
  readonly minBytes: number
  readonly maxBytes: number
  readonly maxWaitMs: number
  readonly visibility: Visibility
  /** The broker that fetches as follower; it reads to the log's end, and tells how far it is. */
  readonly follower?: FetchingFollower | undefined
  /** Of consumers that know of KIP-392: followers may serve them, and the leader may send them there. */
  readonly replicaChoice?: ReplicaChoice | undefined
}

/** The follower that a consumer should ask instead of this leader; undefined for none. */
export type ReplicaChoice = (partition: Partition, offset: number) => number | undefined

/** A broker that follows partitions led here. */
export interface FetchingFollower {
  readonly brokerId: number
  /** Epoch of its registration, -1 when it does not say (KIP-903). */
  readonly brokerEpoch: number
  /**
   * The high watermark that the follower was told last; absent where it need not learn of a new one before there is
   * something else to tell.
   */
  readonly toldHighWatermark?: ((target: FetchTarget) => number) | undefined
  /** What this broker may send to followers. */
  readonly throttle: ReplicationThrottle
}

/** Finds the partition of a target; throws the KafkaError that the target gets. */
export type FindPartition = (target: FetchTarget) => Partition

/** What a fetch did: to be released by the receiver. */
export interface FetchOutcome {
  readonly fetched: readonly Fetched[]
  readonly sizeInBytes: number
  /** Gives back the memory and what the budget granted for it. */
  release(): void
}

/** What fetches of one broker have in common. */
export interface FetchServices {
  readonly budget: FetchBudget
  readonly wheel: TimerWheel
  readonly clock: Clock
  /** Fetches of followers that wait now: whoever begins to lead a partition tells them, as they may want to follow it. */
  readonly followers: Set<DataWaiter>
}

function failed(target: FetchTarget, error: unknown, partition: Partition | undefined): Fetched {
  if (!(error instanceof KafkaError)) throw error
  const role = partition?.role
  const moved = error.name === 'NOT_LEADER_OR_FOLLOWER' || error.name === 'FENCED_LEADER_EPOCH'
  return {
    target,
    errorCode: error.code,
    highWatermark: -1,
    lastStableOffset: -1,
    logStartOffset: -1,
    readableEnd: -1,
    divergingEpoch: undefined,
    currentLeader:
      !moved || role === undefined
        ? undefined
        : {
            leaderId: role.kind === 'follower' ? role.leaderId : -1,
            leaderEpoch: role.leaderEpoch,
          },
    preferredReadReplica: -1,
    result: undefined,
  }
}

function read(
  partition: Partition,
  target: FetchTarget,
  limits: FetchLimits,
  maxBytes: number,
  minOneBatch: boolean,
  isFirst: boolean,
): Fetched | Promise<Fetched> {
  const { follower, replicaChoice } = limits
  if (replicaChoice === undefined) partition.requireLeader(target.currentLeaderEpoch)
  else partition.requireReplica(target.currentLeaderEpoch)
  const { log } = partition
  const leaderEndOffset = log.logEndOffset
  const answerNow = (): Omit<Fetched, 'divergingEpoch' | 'result'> => ({
    target,
    errorCode: 0,
    highWatermark: log.highWatermark,
    // Followers find it out from their own logs.
    lastStableOffset: follower === undefined ? log.lastStableOffset : -1,
    logStartOffset: log.logStartOffset,
    readableEnd: readableEnd(partition, limits.visibility),
    currentLeader: undefined,
    preferredReadReplica: -1,
  })
  const preferredReadReplica = replicaChoice?.(partition, target.fetchOffset)
  if (preferredReadReplica !== undefined) {
    return { ...answerNow(), preferredReadReplica, divergingEpoch: undefined, result: undefined }
  }
  if (target.lastFetchedEpoch >= 0) {
    const end = log.endOffsetForEpoch(target.lastFetchedEpoch)
    if (end.epoch < 0 || end.endOffset < 0) {
      throw new KafkaError(
        'OFFSET_OUT_OF_RANGE',
        `Epoch ${target.lastFetchedEpoch} is not known here.`,
      )
    }
    if (end.epoch < target.lastFetchedEpoch || end.endOffset < target.fetchOffset) {
      return { ...answerNow(), divergingEpoch: end, result: undefined }
    }
  }
  // How far a follower is it has told once; later looks would only tell what it had then.
  if (isFirst && follower !== undefined && isInLog(log, target.fetchOffset)) {
    const { brokerId, brokerEpoch } = follower
    const { fetchOffset, logStartOffset } = target
    partition.followerFetched(brokerId, {
      fetchOffset,
      logStartOffset,
      brokerEpoch,
      leaderEndOffset,
    })
  }
  const answer = answerNow()
  if (follower !== undefined && isHeldBack(partition, follower)) {
    return { ...answer, divergingEpoch: undefined, result: undefined }
  }
  const result = partition.read(target.fetchOffset, {
    maxBytes: Math.min(maxBytes, target.maxBytes),
    minOneBatch,
    upTo: limits.visibility,
  })
  return result instanceof Promise
    ? result.then((read) => ({ ...answer, divergingEpoch: undefined, result: read }))
    : { ...answer, divergingEpoch: undefined, result }
}

/** Whether a throttle keeps this follower from records: never one that is in sync. */
function isHeldBack(partition: Partition, { brokerId, throttle }: FetchingFollower): boolean {
  if (!throttle.covers(partition.topic, partition.index)) return false
  return throttle.isSpent && !partition.isInSync(brokerId)
}

function isInLog(log: Partition['log'], offset: number): boolean {
  return offset >= log.logStartOffset && offset <= log.logEndOffset
}

interface Pass extends FetchOutcome {
  /** Something must be told at once. */
  readonly urgent: boolean
  /** The partitions that were read, one for each target unless it is urgent. */
  readonly partitions: readonly Partition[]
}

/** One pass over the targets. */
async function readAll(
  find: FindPartition,
  targets: readonly FetchTarget[],
  limits: FetchLimits,
  budget: FetchBudget,
  isFirst: boolean,
): Promise<Pass> {
  const grantedBytes = budget.reserve(limits.maxBytes)
  const fetched: Fetched[] = []
  const partitions: Partition[] = []
  let sizeInBytes = 0
  let urgent = false
  for (const target of targets) {
    let partition: Partition | undefined
    let one: Fetched
    try {
      partition = find(target)
      partitions.push(partition)
      const maxBytes = Math.max(0, grantedBytes - sizeInBytes)
      const answer = read(partition, target, limits, maxBytes, sizeInBytes === 0, isFirst)
      one = answer instanceof Promise ? await answer : answer
    } catch (error) {
      one = failed(target, error, partition)
    }
    if (one.errorCode !== 0 || one.divergingEpoch !== undefined) urgent = true
    if (one.preferredReadReplica !== -1) urgent = true
    const told = limits.follower?.toldHighWatermark?.(target)
    if (told !== undefined && one.highWatermark > told) urgent = true
    sizeInBytes += one.result?.sizeInBytes ?? 0
    fetched.push(one)
  }
  // The first batch comes whole, so that more may have been read than was granted.
  budget.release(grantedBytes - sizeInBytes)
  const release = (): void => {
    budget.release(sizeInBytes)
    for (const { result } of fetched) result?.release()
  }
  return { fetched, sizeInBytes, urgent, partitions, release }
}

interface WaitLimits {
  readonly ms: number
  readonly closed: AbortSignal
  readonly readsUncommitted: boolean
}

/** Resolves when the partitions have `missingBytes` more, one of them changed, or `ms` are over. */
class DataWait implements DataWaiter {
  readonly done: Promise<void>
  readonly readsUncommitted: boolean
  readonly #partitions: readonly Partition[]
  #missingBytes: number
  #finish: () => void = () => {}

  constructor(
    partitions: readonly Partition[],
    missingBytes: number,
    { wheel, followers }: FetchServices,
    { ms, closed, readsUncommitted }: WaitLimits,
  ) {
    this.readsUncommitted = readsUncommitted
    this.#partitions = partitions
    this.#missingBytes = missingBytes
    this.done = new Promise((resolve) => {
      const timer = wheel.after(ms, () => this.#finish())
      this.#finish = () => {
        timer.cancel()
        closed.removeEventListener('abort', this.#finish)
        for (const partition of this.#partitions) partition.waiters.removeDataWaiter(this)
        followers.delete(this)
        resolve()
      }
      closed.addEventListener('abort', this.#finish)
    })
    for (const partition of partitions) partition.waiters.addDataWaiter(this)
    if (readsUncommitted) followers.add(this)
  }

  more(bytes: number): void {
    this.#missingBytes -= bytes
    if (this.#missingBytes <= 0) this.#finish()
  }

  changed(): void {
    this.#finish()
  }
}

/** Serves a fetch; partial failures are in the answer. The caller releases what was fetched. */
export async function fetch(
  find: FindPartition,
  targets: readonly FetchTarget[],
  limits: FetchLimits,
  services: FetchServices,
  closed: AbortSignal,
): Promise<FetchOutcome> {
  const { budget, clock } = services
  const deadline = clock.monotonic() + limits.maxWaitMs
  const readsUncommitted = limits.follower !== undefined
  for (let isFirst = true; ; isFirst = false) {
    const outcome = await readAll(find, targets, limits, budget, isFirst)
    const leftMs = deadline - clock.monotonic()
    const enough = outcome.sizeInBytes >= limits.minBytes || outcome.urgent
    if (enough || targets.length === 0 || leftMs <= 0 || closed.aborted) return outcome
    outcome.release()
    // What became readable while the pass was reading was not seen by it: look again instead of waiting for more.
    const missed = outcome.partitions.some((partition, index) => {
      const seen = outcome.fetched[index]
      return seen !== undefined && readableEnd(partition, limits.visibility) > seen.readableEnd
    })
    if (missed) continue
    const missing = limits.minBytes - outcome.sizeInBytes
    const wait = { ms: leftMs, closed, readsUncommitted }
    const { follower } = limits
    const awaited =
      follower === undefined
        ? outcome.partitions
        : outcome.partitions.filter((partition) => !isHeldBack(partition, follower))
    await new DataWait(awaited, missing, services, wait).done
  }
}
