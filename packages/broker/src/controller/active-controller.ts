// The elected controller: the only writer of topic and partition state. It carries out commands, and by itself keeps
// every partition led by a broker that is live.

import { KafkaError } from '@samsa/protocol'
import type { BrokerSettings } from '@samsa/settings'
import type { Timer, World } from '@samsa/world'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import type { MetadataDelta } from '../metadata/metadata-view.ts'
import { balanceLeaders } from './balance-leaders.ts'
import { type Comparison, comparisonNeeded, electCompared } from './compare-logs.ts'
import type { BrokerPeers } from '../peers/broker-peers.ts'
import { askLogEnds, type ComparedLog } from '../peers/log-ends.ts'
import type { CommandQueue } from './command-queue.ts'
import type {
  CreatedTopic,
  ElectionType,
  InSyncMember,
  IsrChange,
  IsrChangeResult,
  PartitionsSpec,
  TopicPartition,
  TopicSpec,
} from './controller.ts'
import { createPartitions } from './create-partitions.ts'
import { createTopic } from './create-topic.ts'
import { electOnDemand } from './elect-on-demand.ts'
import { changeInSyncSets } from './isr-change.ts'
import type { MetadataDraft } from './metadata-draft.ts'
import { reassign } from './reassign.ts'
import { settleBrokers, type SettlingStep, waitingBrokers } from './settle-brokers.ts'

/** Topics that one transaction settles. */
const topicsAtOnce = 300

/** How long after a failure leaders are elected again. */
const retryMs = 1000

/** How long after answers that were missing logs are compared again. */
const compareAgainMs = 200

/**
 * How long a tombstone stands. A broker that was away for longer keeps logs that nobody asks for and says so; it never
 * takes them for those of a new topic, because that has another id.
 */
const tombstoneRetentionMs = 7 * 24 * 3_600_000

const upkeepIntervalMs = 3_600_000

/** Tombstones that one transaction takes away. */
const tombstonesAtOnce = 300

/** What an active controller works with. */
export interface ActiveControllerOptions {
  readonly metadata: AppliedMetadata
  readonly queue: CommandQueue
  /** The settings of this broker as they are now. */
  readonly settings: () => BrokerSettings
  /** Where logs are asked for that have to be compared. */
  readonly peers: BrokerPeers
}

/** What the active controller is asked, on its own broker or from another one. */
export interface ControllerCommands {
  createTopic(spec: TopicSpec, validateOnly: boolean): Promise<CreatedTopic>
  deleteTopic(topicId: string): Promise<void>
  createPartitions(spec: PartitionsSpec, validateOnly: boolean): Promise<void>
  electLeader(partition: TopicPartition, type: ElectionType): Promise<void>
  reassign(
    partition: TopicPartition,
    replicas: readonly number[] | null,
    keepReplicationFactor: boolean,
  ): Promise<void>
  alterPartition(
    leader: InSyncMember,
    changes: readonly IsrChange[],
  ): Promise<readonly IsrChangeResult[]>
}

/** The controller while it is elected. */
export class ActiveController implements ControllerCommands {
  readonly #world: World
  readonly #options: ActiveControllerOptions
  readonly #stopWatching: () => void
  #retry: Timer | undefined
  #upkeep: Timer | undefined
  #balancing: Timer | undefined
  /** Which brokers are being settled, and in which topics that is done. */
  #settling: { readonly waiting: string; readonly done: Set<string> } = {
    waiting: '',
    done: new Set(),
  }
  #comparing: Timer | 'now' | undefined
  #ended = false

  constructor(world: World, options: ActiveControllerOptions) {
    this.#world = world
    this.#options = options
    this.#stopWatching = options.metadata.onChange((delta) => this.#changed(delta))
    this.#settle()
    this.#forgetOldTombstones()
    this.#balanceLater()
  }

  /** Does no more by itself. */
  end(): void {
    this.#ended = true
    this.#retry?.cancel()
    this.#upkeep?.cancel()
    this.#balancing?.cancel()
    if (this.#comparing !== 'now') this.#comparing?.cancel()
    this.#stopWatching()
  }

  createTopic(spec: TopicSpec, validateOnly: boolean): Promise<CreatedTopic> {
    const { queue, settings } = this.#options
    const { random } = this.#world
    return queue.submit((draft) =>
      createTopic(draft, spec, { settings: settings(), random, validateOnly }),
    )
  }

  deleteTopic(topicId: string): Promise<void> {
    return this.#options.queue.submit((draft) => {
      const topic = draft.topicById(topicId)
      if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_ID')
      draft.delete(topic)
    })
  }

  createPartitions(spec: PartitionsSpec, validateOnly: boolean): Promise<void> {
    const { random } = this.#world
    return this.#options.queue.submit((draft) =>
      createPartitions(draft, spec, { random, validateOnly }),
    )
  }

  electLeader(partition: TopicPartition, type: ElectionType): Promise<void> {
    return this.#options.queue.submit((draft) => electOnDemand(draft, partition, type))
  }

  reassign(
    partition: TopicPartition,
    replicas: readonly number[] | null,
    keepReplicationFactor: boolean,
  ): Promise<void> {
    return this.#options.queue.submit((draft) =>
      reassign(draft, partition, replicas, keepReplicationFactor),
    )
  }

  alterPartition(
    leader: InSyncMember,
    changes: readonly IsrChange[],
  ): Promise<readonly IsrChangeResult[]> {
    const { queue, settings } = this.#options
    return queue.submit((draft) => changeInSyncSets(draft, leader, changes, settings()))
  }

  #changed(delta: MetadataDelta): void {
    if (delta.brokersChanged) this.#settle()
  }

  /** Level-triggered: whatever happened to brokers, this brings the partitions to what they are now. */
  #settle(): void {
    const { queue, settings } = this.#options
    this.#retry?.cancel()
    let waiting = ''
    const step = (draft: MetadataDraft): SettlingStep => {
      waiting = waitingBrokers(draft)
      if (waiting !== this.#settling.waiting) this.#settling = { waiting, done: new Set() }
      const { done } = this.#settling
      return settleBrokers(draft, { settings: settings(), mostTopics: topicsAtOnce, done })
    }
    queue.submit(step).then(
      ({ changed, ended, more }) => {
        if (waiting === this.#settling.waiting) {
          for (const topicId of ended) this.#settling.done.add(topicId)
        }
        if (changed > 0) this.#world.logger.info({ partitions: changed }, 'Leaders were elected.')
        if (more) this.#settle()
        else this.#compare()
      },
      (error: unknown) => {
        if (this.#ended) return
        this.#world.logger.warn({ error }, 'Leaders could not be elected; it is tried again.')
        this.#retry = this.#world.clock.after(retryMs, () => this.#settle())
      },
    )
  }

  /** Gives leaders to partitions all of whose replicas lost power, once all of them are back. */
  #compare(): void {
    if (this.#ended || this.#comparing === 'now') return
    this.#comparing?.cancel()
    this.#comparing = 'now'
    this.#compareOnce().then(
      (isOpen) => {
        this.#comparing = undefined
        if (isOpen && !this.#ended) {
          this.#comparing = this.#world.clock.after(compareAgainMs, () => this.#compare())
        }
      },
      (error: unknown) => {
        this.#comparing = undefined
        if (this.#ended) return
        this.#world.logger.warn({ error }, 'Logs could not be compared; it is tried again.')
        this.#comparing = this.#world.clock.after(retryMs, () => this.#compare())
      },
    )
  }

  /** Whether there is something left to compare. */
  async #compareOnce(): Promise<boolean> {
    const { queue } = this.#options
    const comparison = await queue.submit(comparisonNeeded)
    if (comparison.partitions.length === 0) return false
    const answers = await this.#askFor(comparison)
    const elected = await queue.submit((draft) => electCompared(draft, comparison, answers))
    const fields = { partitions: comparison.partitions.length, elected }
    this.#world.logger.warn(fields, 'All replicas lost power: those with the longest logs lead.')
    return true
  }

  async #askFor({
    partitions,
    brokerEpochs,
  }: Comparison): Promise<ReadonlyMap<number, readonly ComparedLog[]>> {
    const answers = new Map<number, readonly ComparedLog[]>()
    const ask = async (id: number): Promise<void> => {
      const asked = partitions.filter(({ replicas }) => replicas.includes(id))
      try {
        answers.set(id, await askLogEnds(this.#options.peers, id, asked))
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error
        this.#world.logger.info({ broker: id, error }, 'A broker does not tell of its logs yet.')
      }
    }
    await Promise.all(Array.from(brokerEpochs.keys(), ask))
    return answers
  }

  #balanceLater(): void {
    const seconds = this.#options.settings()['leader.imbalance.check.interval.seconds']
    this.#balancing = this.#world.clock.after(seconds * 1000, () => this.#balance())
  }

  /** Gives leadership back to preferred replicas, step by step. */
  #balance(): void {
    const { queue, settings } = this.#options
    if (!settings()['auto.leader.rebalance.enable']) {
      this.#balanceLater()
      return
    }
    queue
      .submit((draft) => balanceLeaders(draft, settings(), topicsAtOnce))
      .then(
        ({ changed, more }) => {
          if (this.#ended) return
          if (changed > 0)
            this.#world.logger.info({ partitions: changed }, 'Leaders were balanced.')
          if (more) this.#balance()
          else this.#balanceLater()
        },
        () => {
          if (!this.#ended) this.#balanceLater()
        },
      )
  }

  #forgetOldTombstones(): void {
    const { metadata, queue } = this.#options
    const before = this.#world.clock.now() - tombstoneRetentionMs
    const forget = (draft: MetadataDraft): number => {
      const old = [...metadata.image.deletedTopics()].filter(([, deletedMs]) => deletedMs < before)
      for (const [topicId] of old.slice(0, tombstonesAtOnce)) draft.forget(topicId)
      return old.length
    }
    queue.submit(forget).then(
      (count) => {
        if (this.#ended) return
        const again = count > tombstonesAtOnce ? 0 : upkeepIntervalMs
        this.#upkeep = this.#world.clock.after(again, () => this.#forgetOldTombstones())
      },
      () => {
        if (this.#ended) return
        this.#upkeep = this.#world.clock.after(upkeepIntervalMs, () => this.#forgetOldTombstones())
      },
    )
  }
}
