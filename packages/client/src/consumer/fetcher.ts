// Fetches ahead for all assigned partitions: one request per broker is under way, on the connection for requests that
// wait, and the next one leaves when its answer is there and somebody has room.
//
// Invariant: an error that passes is repeated after a pause; one that does not is told to the reader, once, and the
// partition rests until somebody seeks.

import {
  errorName,
  type ErrorName,
  Fetch,
  KafkaError,
  type ResponseOf,
  ZERO_UUID,
} from '@samsa/protocol'
import type { OpenLink } from '../cluster/open-link.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { ConsumerPlan } from './consumer-settings.ts'
import { EpochCheck } from './epoch-check.ts'
import { FetchSession, type FetchTarget } from './fetch-session.ts'
import { FetchedChunk } from './fetched-chunk.ts'
import type { PartitionState } from './partition-state.ts'
import { PositionFinder, type PositionSource } from './position-finder.ts'

type FetchedPartition = ResponseOf<typeof Fetch>['responses'][number]['partitions'][number]

/** Fetching from one broker. */
interface BrokerFetch {
  readonly session: FetchSession
  isUnderWay: boolean
  failures: number
  /** The last request failed, and the pause after it is not over. */
  isPausing: boolean
}

/** Longest time a broker holds a fetch that others will soon want to join. */
const gatheringMs = 50

const staleMetadata: ReadonlySet<ErrorName> = new Set([
  'NOT_LEADER_OR_FOLLOWER',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
  'LEADER_NOT_AVAILABLE',
  'REPLICA_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
  'OFFSET_NOT_AVAILABLE',
])

/** Fetches for one consumer. */
export class Fetcher {
  readonly #cluster: Cluster
  readonly #plan: ConsumerPlan
  /** The partitions at the moment. */
  readonly #partitions: () => Iterable<PartitionState>
  readonly #changed: () => void
  readonly #failed: (error: unknown, state: PartitionState) => void
  readonly #finder: PositionFinder
  readonly #epochs: EpochCheck
  readonly #brokers = new Map<number, BrokerFetch>()
  readonly #lane: number
  #isStopped = false
  #isScheduled = false

  constructor(
    cluster: Cluster,
    plan: ConsumerPlan,
    listener: {
      /** The partitions at the moment. */
      partitions(): Iterable<PartitionState>
      /** Something can be read. */
      changed(): void
      failed(error: unknown, state: PartitionState): void
      /** Where a group left off. */
      readonly positions: PositionSource | undefined
    },
  ) {
    this.#cluster = cluster
    this.#plan = plan
    this.#lane = cluster.newLane()
    this.#partitions = () => listener.partitions()
    this.#changed = () => listener.changed()
    this.#failed = (error, state) => listener.failed(error, state)
    this.#finder = new PositionFinder(cluster, plan, listener.positions, this.#failed)
    this.#epochs = new EpochCheck(cluster, plan, this.#failed)
  }

  /** Looks for work when this turn is over. */
  wake(): void {
    if (this.#isScheduled || this.#isStopped) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      if (!this.#isStopped) this.#work()
    })
  }

  /** Ends what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#cluster.closeLane(this.#lane)
  }

  #work(): void {
    const lost: PartitionState[] = []
    const wanted = new Map<number, PartitionState[]>()
    /** The leader has changed since what was fetched of them was known to be in the log. */
    const doubtful = new Map<number, PartitionState[]>()
    for (const state of this.#partitions()) {
      if (state.position === undefined) {
        if (!state.isLocating) lost.push(state)
        continue
      }
      if (!state.mayFetch(this.#plan.maxPartitionFetchBytes)) continue
      const leader = this.#cluster.metadata.leader(state.topic, state.partition)
      if (leader === undefined) {
        this.#findTopic(state)
        continue
      }
      if (this.#epochs.isDue(state, leader.leaderEpoch)) {
        addTo(doubtful, leader.leaderId, state)
        continue
      }
      state.checkedEpoch = leader.leaderEpoch
      addTo(wanted, this.#replicaFor(state, leader.leaderId), state)
    }
    if (lost.length > 0) void this.#locate(lost)
    for (const [nodeId, states] of doubtful) void this.#check(nodeId, states)
    for (const [nodeId, states] of wanted) this.#fetchFrom(nodeId, states)
  }

  /** The replica to read from: the leader, or the one that it has named (KIP-392). */
  #replicaFor(state: PartitionState, leaderId: number): number {
    const preferred = state.preferredReplica
    if (preferred === undefined) return leaderId
    const isGood =
      preferred.untilMs > this.#cluster.world.clock.monotonic() &&
      this.#cluster.metadata.brokers.has(preferred.nodeId)
    if (isGood) return preferred.nodeId
    state.preferredReplica = undefined
    return leaderId
  }

  async #locate(states: readonly PartitionState[]): Promise<void> {
    await this.#finder.locate(states)
    this.wake()
  }

  async #check(nodeId: number, states: readonly PartitionState[]): Promise<void> {
    const isDone = await this.#epochs.check(nodeId, states)
    if (isDone) this.wake()
    else this.#wakeIn(this.#cluster.settings.retryBackoff.baseMs)
  }

  /** Asks for a topic without leader, and looks again a pause later. */
  #findTopic({ topic, partition }: PartitionState): void {
    const known = this.#cluster.metadata.topic(topic)
    if (known !== undefined && partition < known.partitions.length) {
      this.#cluster.refreshSoon()
      this.#wakeIn(this.#cluster.settings.retryBackoff.baseMs)
      return
    }
    const deadlineMs = this.#cluster.world.clock.monotonic() + this.#plan.defaultApiTimeoutMs
    const { mayCreateTopics } = this.#plan
    this.#cluster.topic(topic, { deadlineMs, mayCreateTopics }).then(
      () => this.#wakeIn(this.#cluster.settings.retryBackoff.baseMs),
      () => this.#wakeIn(this.#cluster.settings.retryBackoff.maxMs),
    )
  }

  #wakeIn(ms: number): void {
    // Whole milliseconds: the sum of two fractions may stay short of the time that is waited for.
    this.#cluster.world.clock.after(Math.max(1, Math.ceil(ms)), () => this.wake())
  }

  #fetchFrom(nodeId: number, states: readonly PartitionState[]): void {
    let broker = this.#brokers.get(nodeId)
    if (broker === undefined) {
      broker = { session: new FetchSession(), isUnderWay: false, isPausing: false, failures: 0 }
      this.#brokers.set(nodeId, broker)
    }
    if (broker.isUnderWay || broker.isPausing) return
    broker.isUnderWay = true
    void this.#fetch(nodeId, broker, states)
  }

  /** One request and its answer. Never rejects. */
  async #fetch(
    nodeId: number,
    broker: BrokerFetch,
    states: readonly PartitionState[],
  ): Promise<void> {
    try {
      const way = this.#cluster.broker(nodeId, this.#lane)
      if (way === undefined) throw new KafkaError('BROKER_NOT_AVAILABLE')
      const link = way.open
      // When the connection is there, more may be wanted than now: the next look finds it.
      if (link === undefined) await way.connect()
      else if (await this.#exchange(link, broker.session, states)) broker.failures = 0
      else this.#pause(broker)
    } catch (error) {
      if (this.#isStopped) return
      broker.session.lost()
      // A replica that cannot be reached is no better than the leader.
      for (const state of states) state.preferredReplica = undefined
      this.#pause(broker)
      const isHopeless = error instanceof Error && error.name === 'UNSUPPORTED_VERSION'
      const [state] = states
      if (isHopeless && state !== undefined) this.#failed(error, state)
      this.#cluster.refreshSoon()
    } finally {
      broker.isUnderWay = false
      this.wake()
    }
  }

  #pause(broker: BrokerFetch): void {
    broker.failures += 1
    broker.isPausing = true
    const { clock } = this.#cluster.world
    const ms = this.#cluster.retryAtMs(broker.failures) - clock.monotonic()
    // The timer's end is the pause's end: a look at the clock might come too early, and nobody would look again.
    clock.after(Math.max(1, Math.ceil(ms)), () => {
      broker.isPausing = false
      this.wake()
    })
  }

  /** Whether all went well; if not, the next request waits a little. */
  async #exchange(
    link: OpenLink,
    session: FetchSession,
    states: readonly PartitionState[],
  ): Promise<boolean> {
    const { metadata, settings } = this.#cluster
    const targets = states.flatMap((state): FetchTarget[] => {
      const { topic, partition, fetchOffset } = state
      const topicId = metadata.topic(topic)?.topicId ?? ZERO_UUID
      const leaderEpoch = metadata.leader(topic, partition)?.leaderEpoch ?? -1
      return fetchOffset < 0 ? [] : [{ topic, topicId, partition, fetchOffset, leaderEpoch }]
    })
    if (targets.length === 0) return true
    const hasIds = targets.every(({ topicId }) => topicId !== ZERO_UUID)
    const version = link.version(Fetch, hasIds ? undefined : 12)
    const { sessionId, sessionEpoch, targets: said, forgotten } = session.request(targets)
    const { fetchMaxWaitMs, fetchMinBytes, fetchMaxBytes, maxPartitionFetchBytes } = this.#plan
    const answer = await link.sendVersion(
      Fetch,
      version,
      {
        maxWaitMs: this.#isGathering ? Math.min(gatheringMs, fetchMaxWaitMs) : fetchMaxWaitMs,
        minBytes: fetchMinBytes,
        maxBytes: fetchMaxBytes,
        isolationLevel: this.#plan.isReadCommitted ? 1 : 0,
        sessionId,
        sessionEpoch,
        topics: byTopic(said, (target) => ({
          partition: target.partition,
          currentLeaderEpoch: target.leaderEpoch,
          fetchOffset: target.fetchOffset,
          partitionMaxBytes: maxPartitionFetchBytes,
        })),
        forgottenTopicsData: byTopic(forgotten, ({ partition }) => partition),
        rackId: this.#plan.rackId,
      },
      settings.link.requestTimeoutMs + fetchMaxWaitMs,
    )
    if (!session.answered(answer.errorCode, answer.sessionId)) return false
    this.#take(answer, targets)
    return answer.responses.every(({ partitions }) => {
      return partitions.every(({ errorCode }) => errorCode === 0)
    })
  }

  /** Whether partitions are about to be fetched that a request of this moment would leave waiting for its answer. */
  get #isGathering(): boolean {
    for (const { isLocating, isChecking } of this.#partitions()) {
      if (isLocating || isChecking) return true
    }
    return false
  }

  #take(answer: ResponseOf<typeof Fetch>, targets: readonly FetchTarget[]): void {
    const { metadata } = this.#cluster
    for (const { nodeId, host, port } of answer.nodeEndpoints) {
      metadata.learnBroker(nodeId, { host, port })
    }
    const byPlace = new Map<string, FetchTarget>()
    for (const target of targets) {
      byPlace.set(`${target.topic} ${target.partition}`, target)
      byPlace.set(`${target.topicId} ${target.partition}`, target)
    }
    const states = new Map<string, PartitionState>()
    for (const state of this.#partitions()) states.set(`${state.topic} ${state.partition}`, state)
    let hasNews = false
    for (const { topic, topicId, partitions } of answer.responses) {
      for (const partition of partitions) {
        const place = `${topic === '' ? topicId : topic} ${partition.partitionIndex}`
        const target = byPlace.get(place)
        const state = target && states.get(`${target.topic} ${target.partition}`)
        if (target === undefined || state === undefined) continue
        if (this.#takePartition(partition, target, state)) hasNews = true
      }
    }
    if (hasNews) this.#changed()
  }

  /** Whether there is something to be read. */
  #takePartition(
    fetched: FetchedPartition,
    { fetchOffset }: FetchTarget,
    state: PartitionState,
  ): boolean {
    const { topic, partition } = state
    if (state.fetchOffset !== fetchOffset || state.position === undefined) return false
    const error = errorName(fetched.errorCode)
    if (error === 'NONE') {
      const { isReadCommitted, verifiesChecksums } = this.#plan
      state.endOffset = isReadCommitted ? fetched.lastStableOffset : fetched.highWatermark
      state.logStartOffset = fetched.logStartOffset
      const { records, abortedTransactions, preferredReadReplica } = fetched
      if (preferredReadReplica >= 0) {
        const { clock } = this.#cluster.world
        const untilMs = clock.monotonic() + this.#cluster.settings.metadataMaxAgeMs
        state.preferredReplica = { nodeId: preferredReadReplica, untilMs }
      }
      if (records === null || records.length === 0) return false
      const context = {
        topic,
        partition,
        fetchOffset,
        abortedTransactions: isReadCommitted ? (abortedTransactions ?? []) : [],
        verifiesChecksums,
      }
      return state.fetched(fetchOffset, new FetchedChunk(records, context))
    }
    if (state.preferredReplica !== undefined) {
      // A follower may lag behind, or be none any more: the leader knows.
      state.preferredReplica = undefined
      if (error === 'OFFSET_OUT_OF_RANGE' || staleMetadata.has(error)) return false
    }
    if (error === 'OFFSET_OUT_OF_RANGE') {
      // What was fetched ahead is still good; the position is only wrong when it is reached.
      if (state.position === fetchOffset) state.seek(undefined)
      return false
    }
    if (staleMetadata.has(error)) {
      if (!this.#cluster.metadata.learnLeader(topic, partition, fetched.currentLeader)) {
        this.#cluster.refreshSoon()
      }
      return false
    }
    const failure = new KafkaError(error, `${topic}-${partition}: ${new KafkaError(error).message}`)
    if (!failure.retriable) {
      state.isResting = true
      this.#failed(failure, state)
    }
    return false
  }
}

function addTo(map: Map<number, PartitionState[]>, nodeId: number, state: PartitionState): void {
  const group = map.get(nodeId)
  if (group === undefined) map.set(nodeId, [state])
  else group.push(state)
}

function byTopic<T>(
  targets: readonly FetchTarget[],
  content: (target: FetchTarget) => T,
): { topic: string; topicId: string; partitions: T[] }[] {
  const topics = new Map<string, { topic: string; topicId: string; partitions: T[] }>()
  for (const target of targets) {
    const { topic, topicId } = target
    const known = topics.get(`${topic} ${topicId}`)
    if (known !== undefined) known.partitions.push(content(target))
    else topics.set(`${topic} ${topicId}`, { topic, topicId, partitions: [content(target)] })
  }
  return [...topics.values()]
}
