// Brings the logs of this broker to what metadata says, level-triggered: whatever was missed, one more look at the view
// mends it. Logs are created and led when a replica is assigned here, and deleted only on a tombstone, never by absence.

import { KafkaError } from '@samsa/protocol'
import type { LogDirectories, PartitionLog } from '@samsa/log'
import { type Timer, type World, WorldError } from '@samsa/world'
import type { Lease } from '../controller/broker-lease.ts'
import type {
  MetadataDelta,
  MetadataView,
  PartitionImage,
  TopicImage,
} from '../metadata/metadata-view.ts'
import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'
import type { Controller } from '../controller/controller.ts'
import { ReplicaMoves } from '../directories/replica-moves.ts'
import type { BrokerPeers } from '../peers/broker-peers.ts'
import type { FetchSessions } from './fetch-sessions.ts'
import { FetcherSet } from './fetcher-set.ts'
import { IsrProposals } from './isr-proposals.ts'
import type { LeadershipRules } from './leadership.ts'
import { Partition } from './partition.ts'
import type { DataWaiter } from './partition-waiters.ts'
import { selectsByRack } from './read-replica.ts'
import { ReplicationMetrics } from './replication-metrics.ts'
import { ReplicationThrottle } from './replication-throttles.ts'
import type { Replicas } from './replicas.ts'
import { throttleRate } from './throttle-rate.ts'
import type { TopicSettingsView } from './topic-settings-view.ts'

/** Logs that are created or taken over at the same time. */
const parallel = 32

/** What a replica set is made of. */
export interface ReplicaSetOptions {
  readonly brokerId: number
  readonly metadata: MetadataView
  readonly logs: LogDirectories
  readonly fetchSessions: FetchSessions
  /** The settings of a topic as they are now. */
  readonly topicSettings: TopicSettingsView
  readonly settings: BrokerSettingsView
  /** Decides about changes of in-sync sets. */
  readonly controller: Pick<Controller, 'alterPartition'>
  /** Where the leaders of followed partitions are asked. */
  readonly peers: BrokerPeers
  /** Whether this broker may act as what metadata says; absent where it always may. */
  readonly lease?: Lease
}

/** Is told of leadership. */
export interface LeadershipListener {
  elected(partition: Partition, leaderEpoch: number): void
  resigned(partition: Partition, leaderEpoch: number): void
}

type Step = () => Promise<void>

async function inParallel(steps: readonly Step[]): Promise<void> {
  const next = steps[Symbol.iterator]()
  await Promise.all(
    Array.from({ length: Math.min(parallel, steps.length) }, async () => {
      for (const step of next) await step()
    }),
  )
}

/** The replicas of one broker. */
export class ReplicaSet implements Replicas {
  readonly logs: LogDirectories
  readonly fetchSessions: FetchSessions
  readonly waitingFollowers = new Set<DataWaiter>()
  readonly replicationMetrics: ReplicationMetrics
  readonly leaderThrottle: ReplicationThrottle
  readonly #followerThrottle: ReplicationThrottle
  readonly moves: ReplicaMoves
  readonly #fetchers: FetcherSet
  readonly #proposals: IsrProposals
  readonly #rules: Omit<LeadershipRules, 'minInSyncReplicas'>
  #lagTimer: Timer | undefined
  readonly #world: World
  readonly #options: ReplicaSetOptions
  /** By topic, then by partition. */
  readonly #topics = new Map<string, Map<number, Partition>>()
  readonly #listeners = new Set<LeadershipListener>()
  /** Replicas that were here when this broker started, or in a directory that could not be read. */
  readonly #atStart = new Set<string>()
  /** Ids of topics to look at again. */
  #dirty = new Set<string>()
  #running: Promise<void> | undefined
  #stopWatching: () => void = () => {}
  #stopped = false

  constructor(world: World, options: ReplicaSetOptions) {
    this.#world = world
    this.#options = options
    this.logs = options.logs
    this.fetchSessions = options.fetchSessions
    const { brokerId, metadata, settings, controller, peers } = options
    this.leaderThrottle = new ReplicationThrottle(world.clock, 'leader', options)
    this.#followerThrottle = new ReplicationThrottle(world.clock, 'follower', options)
    const throttle = this.#followerThrottle
    this.replicationMetrics = new ReplicationMetrics(world.metrics, {
      partitions: () => this.partitions(),
      offlineReplicas: () => this.#offlineReplicas(),
      maxLag: () => this.#fetchers.maxLag,
    })
    const { bytesIn } = this.replicationMetrics
    const brokerEpoch = (): number => metadata.broker(brokerId)?.epoch ?? -1
    this.moves = new ReplicaMoves(world, {
      logs: this.logs,
      maxBytesPerSecond: () =>
        throttleRate(metadata, brokerId, 'replica.alter.log.dirs.io.max.bytes.per.second'),
    })
    this.#fetchers = new FetcherSet(world, {
      brokerId,
      brokerEpoch,
      peers,
      settings,
      throttle,
      bytesIn,
    })
    this.#proposals = new IsrProposals(world, {
      controller,
      self: () => {
        const epoch = brokerEpoch()
        return epoch === -1 ? undefined : { brokerId, brokerEpoch: epoch }
      },
    })
    this.#rules = {
      brokerId,
      lagMaxMs: () => settings.get('replica.lag.time.max.ms'),
      eligibleEpoch: (id) => {
        const broker = metadata.broker(id)
        if (broker === undefined || broker.fenced || broker.draining) return undefined
        return broker.epoch
      },
    }
  }

  /** A log directory has failed: what was led there is led by others from now on, if there are any. */
  #directoryFailed(): void {
    for (const partition of this.partitions()) {
      if (partition.log.isOffline) partition.lookAtReplicas()
    }
  }

  /** Carries out what metadata says now and keeps to it. Resolves when that is done for the first time. */
  async start(): Promise<void> {
    const { metadata } = this.#options
    this.logs.onOffline = () => this.#directoryFailed()
    this.#stopWatching = metadata.onChange((delta) => this.#changed(delta))
    for (const log of this.#allLogs()) {
      if (metadata.isDeleted(log.topicId)) this.#dirty.add(log.topicId)
      else if (metadata.topicById(log.topicId) === undefined) {
        this.#world.logger.warn(
          { topic: log.topic, partition: log.partition, topicId: log.topicId },
          'A log belongs to no known topic; it is kept.',
        )
      }
    }
    for (const { topicId, partitions } of metadata.topics()) {
      this.#dirty.add(topicId)
      for (const { partition, replicas } of partitions) {
        if (replicas.includes(this.#options.brokerId)) this.#atStart.add(`${topicId}/${partition}`)
      }
    }
    this.#run()
    await this.#running
    this.#lookAtReplicas()
  }

  /** Stops following metadata and leaders. Logs stay open: they belong to `LogDirectories`. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#stopWatching()
    this.#lagTimer?.cancel()
    this.#proposals.stop()
    await this.#running
    await this.moves.stop()
    await this.#fetchers.stop()
    for (const partition of this.partitions()) partition.leave()
  }

  partition(topic: string, partition: number): Partition {
    const { lease } = this.#options
    if (lease?.isHeld() === false) {
      throw new KafkaError('NOT_LEADER_OR_FOLLOWER', `${topic}-${partition}: the lease has run out`)
    }
    const found = this.#topics.get(topic)?.get(partition)
    if (found !== undefined) return found
    const image = this.#options.metadata.topic(topic)?.partitions[partition]
    const what = `${topic}-${partition}`
    if (image === undefined) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', what)
    if (image.replicas.includes(this.#options.brokerId) && this.reconciled() === undefined) {
      throw new KafkaError('KAFKA_STORAGE_ERROR', `${what}: its log directory is offline`)
    }
    throw new KafkaError('NOT_LEADER_OR_FOLLOWER', what)
  }

  *partitions(): Iterable<Partition> {
    for (const partitions of this.#topics.values()) yield* partitions.values()
  }

  reconciled(): Promise<void> | undefined {
    return this.#running
  }

  /** Is told of leadership from now on, and at once of what is led already. */
  onLeadership(listener: LeadershipListener): () => void {
    this.#listeners.add(listener)
    for (const partition of this.partitions()) {
      const { role } = partition
      if (role.kind === 'leader') listener.elected(partition, role.leaderEpoch)
    }
    return () => this.#listeners.delete(listener)
  }

  /** The broker's own settings changed, and with them what topics inherit. */
  brokerSettingsChanged(): void {
    this.#options.topicSettings.forget('all')
    this.#fetchers.spread()
    for (const { log } of this.partitions()) this.#updateSettings(log)
  }

  /** Replicas that metadata assigns here and that are not hosted, or whose directory is offline. */
  #offlineReplicas(): number {
    const { metadata, brokerId } = this.#options
    let assigned = 0
    for (const { partitions } of metadata.topics()) {
      for (const { replicas } of partitions) if (replicas.includes(brokerId)) assigned++
    }
    const offline = new Set<PartitionLog>()
    for (const { isOffline, logs } of this.logs.directories()) {
      if (isOffline) for (const log of logs) offline.add(log)
    }
    let online = 0
    for (const { log } of this.partitions()) if (!offline.has(log)) online++
    return Math.max(0, assigned - online)
  }

  #updateSettings(log: PartitionLog): void {
    log.updateSettings(this.#options.topicSettings.of(log.topic))
  }

  /** Followers that fall silent are noticed by the clock alone. */
  #lookAtReplicas(): void {
    for (const partition of this.partitions()) partition.lookAtReplicas()
    const everyMs = Math.max(1, this.#rules.lagMaxMs() / 2)
    this.#lagTimer = this.#world.clock.after(everyMs, () => this.#lookAtReplicas())
  }

  #changed(delta: MetadataDelta): void {
    this.#options.topicSettings.forget(delta.topicConfigs)
    for (const topic of delta.topicConfigs) {
      for (const { log } of this.#topics.get(topic)?.values() ?? []) this.#updateSettings(log)
    }
    if (delta.brokerConfigsChanged) {
      this.leaderThrottle.rateChanged()
      this.#followerThrottle.rateChanged()
    }
    for (const topicId of delta.topicIds) this.#dirty.add(topicId)
    for (const topicId of delta.deletedTopicIds) this.#dirty.add(topicId)
    this.#run()
  }

  #run(): void {
    if (this.#running !== undefined || this.#dirty.size === 0 || this.#stopped) return
    this.#running = this.#reconcile().finally(() => {
      this.#running = undefined
      // What became dirty after the last look.
      this.#run()
    })
  }

  async #reconcile(): Promise<void> {
    while (this.#dirty.size > 0 && !this.#stopped) {
      const dirty = this.#dirty
      this.#dirty = new Set()
      const removals: Step[] = []
      const hostings: Step[] = []
      for (const topicId of dirty) {
        const image = this.#options.metadata.topicById(topicId)
        if (image !== undefined) this.#collect(image, hostings)
        else if (this.#options.metadata.isDeleted(topicId)) this.#collectDeleted(topicId, removals)
      }
      // A topic may be deleted and created again under the same name.
      await inParallel(removals)
      await inParallel(hostings)
    }
  }

  #collect(topic: TopicImage, steps: Step[]): void {
    const hosted = this.#topics.get(topic.name)
    for (const image of topic.partitions) {
      if (image.replicas.includes(this.#options.brokerId)) {
        const known = hosted?.get(image.partition)
        const isApplied =
          known?.topicId === topic.topicId && known.partitionEpoch >= image.partitionEpoch
        if (!isApplied) steps.push(() => this.#host(topic, image))
      } else if (this.#isMovedAway(topic, image)) {
        steps.push(() => this.#remove(topic.name, image.partition))
      }
    }
  }

  /**
   * Whether a log here was left behind by a reassignment that is complete: the state that excludes this broker is newer
   * than any that it took part in, for a replica joins only after its broker has applied the state that adds it.
   */
  #isMovedAway(topic: TopicImage, { partition, adding, removing }: PartitionImage): boolean {
    if (adding.length > 0 || removing.length > 0) return false
    return this.logs.log(topic.name, partition)?.topicId === topic.topicId
  }

  #collectDeleted(topicId: string, steps: Step[]): void {
    const places = new Map<string, PartitionLog>()
    for (const log of this.#allLogs()) {
      if (log.topicId === topicId) places.set(`${log.topic}-${log.partition}`, log)
    }
    for (const log of places.values()) steps.push(() => this.#remove(log.topic, log.partition))
  }

  /** Those in use, and those on their way to another directory. */
  *#allLogs(): Iterable<PartitionLog> {
    yield* this.logs.logs()
    yield* this.logs.futures.logs()
  }

  async #host(topic: TopicImage, image: PartitionImage): Promise<void> {
    const fields = { topic: topic.name, partition: image.partition }
    try {
      const found = this.logs.log(topic.name, image.partition)
      if (found !== undefined && this.#options.metadata.isDeleted(found.topicId)) {
        // The topic was deleted and created again while this broker was away.
        await this.#remove(topic.name, image.partition)
      }
      const hosted = this.#topics.get(topic.name)?.get(image.partition)
      const partition = hosted ?? (await this.#create(topic, image.partition))
      const before = partition.role
      try {
        await partition.take(image)
      } finally {
        this.#tell(partition, before)
      }
    } catch (error) {
      if (!(error instanceof WorldError || error instanceof KafkaError)) throw error
      this.#world.logger.error({ ...fields, error }, 'A replica cannot be served.')
      this.#resign(topic, image)
    }
  }

  /** Leaves the leadership of a replica that is not here to the others that are in sync. */
  #resign(
    topic: TopicImage,
    { partition, leader, leaderEpoch, partitionEpoch, isr }: PartitionImage,
  ): void {
    const { brokerId, metadata } = this.#options
    const others = isr.filter((id) => id !== brokerId)
    const isHosted = this.#topics.get(topic.name)?.has(partition) === true
    if (leader !== brokerId || others.length === 0 || isHosted) return
    const members = others.map((id) => ({ brokerId: id, brokerEpoch: -1 }))
    const { topicId } = topic
    const change = { topicId, partition, leaderEpoch, partitionEpoch, isr: members }
    const isProposed = (): boolean =>
      metadata.topicById(topicId)?.partitions[partition]?.partitionEpoch === partitionEpoch
    this.#proposals.propose({ isProposed, proposalRefused: () => {} }, change)
  }

  async #create(topic: TopicImage, index: number): Promise<Partition> {
    const isOffline =
      this.#atStart.has(`${topic.topicId}/${index}`) &&
      this.logs.log(topic.name, index) === undefined &&
      this.logs.directories().some((each) => each.isOffline)
    // An empty log in another directory would pass for one that never had anything.
    if (isOffline) throw new KafkaError('KAFKA_STORAGE_ERROR', 'Its log directory is offline.')
    const directory = this.moves.preferredDirectory(topic.name, index)
    const log = await this.logs.create(topic.name, index, {
      topicId: topic.topicId,
      ...(directory === undefined ? {} : { directory }),
    })
    const partition = new Partition(log, {
      ...this.#rules,
      clock: this.#world.clock,
      minInSyncReplicas: () => this.#options.topicSettings.of(topic.name)['min.insync.replicas'],
      propose: (proposer, change) => this.#proposals.propose(proposer, change),
      inSyncChanged: (before, after) => this.replicationMetrics.inSyncChanged(before, after),
      hurriesFollowers: () => selectsByRack(this.#options.settings.get('replica.selector.class')),
    })
    let partitions = this.#topics.get(topic.name)
    if (partitions === undefined) {
      partitions = new Map()
      this.#topics.set(topic.name, partitions)
    }
    partitions.set(index, partition)
    await this.moves.hosted(partition)
    return partition
  }

  #tell(partition: Partition, before: Partition['role']): void {
    const { role } = partition
    const kept = role.kind === before.kind && role.leaderEpoch === before.leaderEpoch
    if (kept) return
    this.#fetchers.update(partition)
    if (role.kind === 'leader') {
      // Its followers may be waiting here for records of other partitions.
      for (const waiter of Array.from(this.waitingFollowers)) waiter.changed()
    }
    for (const listener of this.#listeners) {
      if (before.kind === 'leader') listener.resigned(partition, before.leaderEpoch)
      if (role.kind === 'leader') listener.elected(partition, role.leaderEpoch)
    }
  }

  async #remove(topic: string, index: number): Promise<void> {
    const partition = this.#topics.get(topic)?.get(index)
    if (partition !== undefined) {
      const before = partition.role
      this.#topics.get(topic)?.delete(index)
      partition.leave()
      this.#tell(partition, before)
      this.#fetchers.remove(partition)
    }
    try {
      await this.moves.end(topic, index)
      await this.logs.delete(topic, index)
    } catch (error) {
      if (!(error instanceof WorldError || error instanceof KafkaError)) throw error
      this.#world.logger.error({ topic, partition: index, error }, 'A log cannot be deleted.')
    }
  }
}
