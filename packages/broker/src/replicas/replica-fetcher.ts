// Follows one other broker: everything this broker has a replica of and that one leads is asked for in one request after
// the other, over one connection. What comes is written as it is before the next request says so.
//
// Invariant: an answer is used for a partition only while this broker follows it under the leader epoch it was asked
// with; a partition that fails is left alone for a while and holds up no other.

import {
  errorName,
  type ErrorName,
  Fetch,
  KafkaError,
  ListOffsets,
  type ResponseOf,
} from '@samsa/protocol'
import type { Counter, World } from '@samsa/world'
import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'
import type { BrokerPeers } from '../peers/broker-peers.ts'
import { FetcherSession, type FetcherTarget } from './fetcher-session.ts'
import { Nap } from './nap.ts'
import type { FollowerPosition, Partition } from './partition.ts'
import type { ReplicationThrottle } from './replication-throttles.ts'

const noBytes = Buffer.alloc(0)
const firstBackoffMs = 10
const latestTimestamp = -1
const earliestTimestamp = -2

/** What a fetcher works with. */
export interface FetcherOptions {
  readonly brokerId: number
  /** Epoch of this broker's registration; -1 while it has none. */
  readonly brokerEpoch: () => number
  readonly peers: BrokerPeers
  readonly settings: BrokerSettingsView
  /** Holds back what this broker asks for. */
  readonly throttle: ReplicationThrottle
  /** Counts what leaders sent. */
  readonly bytesIn: Counter
}

type Answer = ResponseOf<typeof Fetch>['responses'][number]['partitions'][number]

interface Followed {
  readonly partition: Partition
  readonly leaderEpoch: number
  notBeforeMs: number
  backoffMs: number
  /** Committed records that it lacked when the leader last told; Infinity before that. */
  lag: number
  /** As it was asked for last. */
  target: FetcherTarget | undefined
  /** Whether the request that is under way asks for it. */
  isAsked: boolean
}

/** Where throttled partitions are looked at again at the latest: rates change while they are waited for. */
const throttledMs = 500

/** Follows the partitions that one broker leads. */
export class ReplicaFetcher {
  readonly #world: World
  readonly #leaderId: number
  readonly #options: FetcherOptions
  readonly #session = new FetcherSession()
  readonly #followed = new Map<string, Followed>()
  #running: Promise<void> = Promise.resolve()
  #isRunning = false
  readonly #nap: Nap
  #isStopped = false
  #backoffMs = 0
  /** Partitions are held back by the throttle. */
  #isThrottled = false
  /** Name of the connection: several fetchers of one leader do not wait for each other. */
  readonly #channel: string

  constructor(world: World, leaderId: number, fetcherId: number, options: FetcherOptions) {
    this.#world = world
    this.#nap = new Nap(world.clock)
    this.#leaderId = leaderId
    this.#channel = `fetcher-${fetcherId}`
    this.#options = options
  }

  /** Follows a partition under this leader epoch from now on. */
  add(partition: Partition, leaderEpoch: number): void {
    const known = this.#followed.get(keyOf(partition))
    if (known?.partition === partition && known.leaderEpoch === leaderEpoch) return
    this.#followed.set(keyOf(partition), {
      partition,
      leaderEpoch,
      notBeforeMs: 0,
      backoffMs: 0,
      lag: Number.POSITIVE_INFINITY,
      target: undefined,
      isAsked: false,
    })
    this.#nap.wake()
    if (this.#isRunning || this.#isStopped) return
    this.#isRunning = true
    this.#running = this.#run()
  }

  /** Follows it no longer. */
  remove(partition: Partition): void {
    this.#followed.delete(keyOf(partition))
  }

  /** Committed records that the partition furthest behind lacks, as far as its leader has told. */
  get maxLag(): number {
    let most = 0
    for (const { lag } of this.#followed.values())
      if (Number.isFinite(lag)) most = Math.max(most, lag)
    return most
  }

  /** Ends; resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#followed.clear()
    this.#nap.wake()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#isStopped && this.#followed.size > 0) {
      const targets = this.#targets()
      if (targets.size === 0) {
        await this.#nap.sleep(this.#nextMs())
        continue
      }
      try {
        await this.#fetch(targets)
        this.#backoffMs = 0
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error
        this.#session.reset()
        this.#backoffMs = this.#longer(this.#backoffMs)
        const { name } = error
        this.#world.logger.info(
          { leader: this.#leaderId, error: name },
          'A leader cannot be asked.',
        )
        if (this.#followed.size > 0 && !this.#isStopped) await this.#nap.sleep(this.#backoffMs)
      }
    }
    this.#isRunning = false
  }

  /** What is to be asked for now. */
  #targets(): Map<string, FetcherTarget> {
    const targets = new Map<string, FetcherTarget>()
    const nowMs = this.#world.clock.monotonic()
    const { throttle } = this.#options
    this.#isThrottled = false
    for (const [key, followed] of this.#followed) {
      const { partition, leaderEpoch, notBeforeMs, lag } = followed
      followed.isAsked = false
      if (notBeforeMs > nowMs) continue
      const isInSync = lag === 0 || partition.isMember
      if (!isInSync && throttle.covers(partition.topic, partition.index) && throttle.isSpent) {
        this.#isThrottled = true
        continue
      }
      const position = partition.followerPosition(leaderEpoch)
      if (position === undefined) {
        this.#followed.delete(key)
        continue
      }
      followed.isAsked = true
      followed.target = targetOf(partition, leaderEpoch, position, followed.target)
      targets.set(key, followed.target)
    }
    return targets
  }

  async #fetch(targets: ReadonlyMap<string, FetcherTarget>): Promise<void> {
    const { peers, settings, brokerId, brokerEpoch } = this.#options
    const answer = await peers.request(
      this.#leaderId,
      Fetch,
      {
        replicaState: { replicaId: brokerId, replicaEpoch: brokerEpoch() },
        maxWaitMs: settings.get('replica.fetch.wait.max.ms'),
        minBytes: settings.get('replica.fetch.min.bytes'),
        maxBytes: settings.get('replica.fetch.response.max.bytes'),
        ...this.#session.next(targets, settings.get('replica.fetch.max.bytes')),
      },
      { timeoutMs: settings.get('replica.socket.timeout.ms'), channel: this.#channel },
    )
    if (!this.#session.answered(answer)) return
    if (answer.errorCode !== 0) throw KafkaError.of(answer.errorCode)
    const taken: Promise<void>[] = []
    for (const { topicId, partitions } of answer.responses) {
      for (const each of partitions) {
        const followed = this.#followed.get(`${topicId}/${each.partitionIndex}`)
        // Meanwhile it may be followed anew, or by another fetcher.
        if (followed?.isAsked === true) taken.push(this.#take(followed, each))
      }
    }
    await Promise.all(taken)
  }

  async #take(followed: Followed, answer: Answer): Promise<void> {
    const { partition, leaderEpoch } = followed
    try {
      if (answer.errorCode !== 0) {
        await this.#refused(followed, errorName(answer.errorCode))
        return
      }
      const { divergingEpoch } = answer
      if (divergingEpoch.epoch >= 0) {
        const { topic, index } = partition
        this.#world.logger.info({ topic, partition: index, divergingEpoch }, 'A log is truncated.')
        await partition.followTruncation(leaderEpoch, divergingEpoch)
      } else {
        const { highWatermark, logStartOffset, records } = answer
        const fetched = { records: records ?? noBytes, highWatermark, logStartOffset }
        const { throttle, bytesIn } = this.#options
        if (records !== null && throttle.covers(partition.topic, partition.index)) {
          throttle.spend(records.length)
        }
        if (records !== null) bytesIn.add(records.length)
        await partition.follow(leaderEpoch, fetched)
        followed.lag = Math.max(0, highWatermark - partition.log.logEndOffset)
      }
      followed.backoffMs = 0
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      this.#delay(followed, error.name)
    }
  }

  async #refused(followed: Followed, error: ErrorName): Promise<void> {
    if (error !== 'OFFSET_OUT_OF_RANGE') {
      this.#delay(followed, error)
      return
    }
    const { partition, leaderEpoch } = followed
    const [startOffset, endOffset] = [
      await this.#offset(followed, earliestTimestamp),
      await this.#offset(followed, latestTimestamp),
    ]
    await partition.followOutOfRange(leaderEpoch, { startOffset, endOffset })
  }

  /** Where the leader's log begins or ends. Rejects with the KafkaError that the leader gives. */
  async #offset({ partition, leaderEpoch }: Followed, timestamp: number): Promise<number> {
    const { peers, settings, brokerId } = this.#options
    const place = { partitionIndex: partition.index, currentLeaderEpoch: leaderEpoch, timestamp }
    const { topics } = await peers.request(
      this.#leaderId,
      ListOffsets,
      { replicaId: brokerId, topics: [{ name: partition.topic, partitions: [place] }] },
      { timeoutMs: settings.get('replica.socket.timeout.ms'), channel: this.#channel },
    )
    const [answer] = topics[0]?.partitions ?? []
    if (answer === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR')
    if (answer.errorCode !== 0) throw KafkaError.of(answer.errorCode)
    return answer.offset
  }

  #delay(followed: Followed, error: ErrorName): void {
    const { topic, index: partition } = followed.partition
    followed.backoffMs = this.#longer(followed.backoffMs)
    followed.notBeforeMs = this.#world.clock.monotonic() + followed.backoffMs
    const fields = { topic, partition, leader: this.#leaderId, error }
    this.#world.logger.debug(fields, 'A partition cannot be followed; it is tried again.')
  }

  /** Short at first: most obstacles are a leader that has not heard yet that it is one. */
  #longer(backoffMs: number): number {
    const mostMs = this.#options.settings.get('replica.fetch.backoff.ms')
    return Math.min(Math.max(firstBackoffMs, 2 * backoffMs), mostMs)
  }

  #nextMs(): number {
    const nowMs = this.#world.clock.monotonic()
    let nextMs = Number.POSITIVE_INFINITY
    if (this.#isThrottled) nextMs = nowMs + Math.min(throttledMs, this.#options.throttle.waitMs())
    for (const { notBeforeMs } of this.#followed.values()) {
      if (notBeforeMs > nowMs) nextMs = Math.min(nextMs, notBeforeMs)
    }
    return Math.max(0, nextMs - nowMs)
  }
}

/** What is asked for; the same object as before where that has not changed, as for most of thousands of partitions. */
function targetOf(
  { topic, topicId, index }: Partition,
  currentLeaderEpoch: number,
  position: FollowerPosition,
  before: FetcherTarget | undefined,
): FetcherTarget {
  const isSame =
    before !== undefined &&
    before.fetchOffset === position.fetchOffset &&
    before.lastFetchedEpoch === position.lastFetchedEpoch &&
    before.logStartOffset === position.logStartOffset
  if (isSame) return before
  return { topic, topicId, partition: index, currentLeaderEpoch, ...position }
}

function keyOf({ topicId, index }: Partition): string {
  return `${topicId}/${index}`
}
