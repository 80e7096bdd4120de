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
import type { Visibility } from './offset-lookup.ts'

/** What was read for one target. */
export interface Fetched {
  readonly target: FetchTarget
  readonly errorCode: number
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly logStartOffset: number
  readonly divergingEpoch: { readonly epoch: number; readonly endOffset: number } | undefined
  /** Who leads instead, where the error is that this broker does not. */
  readonly currentLeader: { readonly leaderId: number; readonly leaderEpoch: number } | undefined
  readonly result: ReadResult | undefined
}

/** How much, how long, how far. */
export interface FetchLimits {
  readonly minBytes: number
  readonly maxBytes: number
  readonly maxWaitMs: number
  readonly visibility: Visibility
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
    divergingEpoch: undefined,
    currentLeader:
      !moved || role === undefined
        ? undefined
        : {
            leaderId: role.kind === 'follower' ? role.leaderId : -1,
            leaderEpoch: role.leaderEpoch,
          },
    result: undefined,
  }
}

function read(
  partition: Partition,
  target: FetchTarget,
  limits: FetchLimits,
  maxBytes: number,
  minOneBatch: boolean,
): Fetched | Promise<Fetched> {
  partition.requireLeader(target.currentLeaderEpoch)
  const { log } = partition
  const { highWatermark, lastStableOffset, logStartOffset } = log
  const answer = {
    target,
    errorCode: 0,
    highWatermark,
    lastStableOffset,
    logStartOffset,
    currentLeader: undefined,
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
      return { ...answer, divergingEpoch: end, result: undefined }
    }
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
      const answer = read(partition, target, limits, maxBytes, sizeInBytes === 0)
      one = answer instanceof Promise ? await answer : answer
    } catch (error) {
      one = failed(target, error, partition)
    }
    if (one.errorCode !== 0 || one.divergingEpoch !== undefined) urgent = true
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

/** Resolves when the partitions have `missingBytes` more, one of them changed, or `ms` are over. */
class DataWait implements DataWaiter {
  readonly done: Promise<void>
  readonly #partitions: readonly Partition[]
  #missingBytes: number
  #finish: () => void = () => {}

  constructor(
    partitions: readonly Partition[],
    missingBytes: number,
    wheel: TimerWheel,
    ms: number,
    closed: AbortSignal,
  ) {
    this.#partitions = partitions
    this.#missingBytes = missingBytes
    this.done = new Promise((resolve) => {
      const timer = wheel.after(ms, () => this.#finish())
      this.#finish = () => {
        timer.cancel()
        closed.removeEventListener('abort', this.#finish)
        for (const partition of this.#partitions) partition.waiters.removeDataWaiter(this)
        resolve()
      }
      closed.addEventListener('abort', this.#finish)
    })
    for (const partition of partitions) partition.waiters.addDataWaiter(this)
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
  { budget, wheel, clock }: FetchServices,
  closed: AbortSignal,
): Promise<FetchOutcome> {
  const deadline = clock.monotonic() + limits.maxWaitMs
  for (;;) {
    const outcome = await readAll(find, targets, limits, budget)
    const leftMs = deadline - clock.monotonic()
    const enough = outcome.sizeInBytes >= limits.minBytes || outcome.urgent
    if (enough || targets.length === 0 || leftMs <= 0 || closed.aborted) return outcome
    outcome.release()
    // What became readable while the pass was reading was not seen by it: look again instead of waiting for more.
    const missed = outcome.partitions.some((partition, index) => {
      const seen = outcome.fetched[index]
      return seen !== undefined && partition.log.highWatermark > seen.highWatermark
    })
    if (missed) continue
    const missing = limits.minBytes - outcome.sizeInBytes
    await new DataWait(outcome.partitions, missing, wheel, leftMs, closed).done
  }
}
