// What operators throttle while they move replicas: topics name the replicas ('partition:broker' or '*'), brokers the bytes
// a second. A leader holds back what it sends, a follower what it asks for, each by its own budget.
//
// Invariant: a replica that is in sync is never held back; it would leave the in-sync set, and acks=all would wait for it.

import type { TopicSettings } from '@samsa/settings'
import type { Clock } from '@samsa/world'
import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'
import type { MetadataView } from '../metadata/metadata-view.ts'
import { ByteBudget, type ByteRate } from './byte-budget.ts'
import { throttleRate } from './throttle-rate.ts'
import type { TopicSettingsView } from './topic-settings-view.ts'

type Side = 'leader' | 'follower'

/** What throttles are read from. */
export interface ThrottleSources {
  readonly brokerId: number
  readonly metadata: MetadataView
  readonly settings: BrokerSettingsView
  readonly topicSettings: TopicSettingsView
}

/** The throttle of one side: of what this broker sends as leader, or of what it asks for as follower. */
export class ReplicationThrottle {
  readonly #side: Side
  readonly #sources: ThrottleSources
  readonly #budget: ByteBudget
  #rate: ByteRate | undefined
  /** By topic; each belongs to the settings it was read from. */
  readonly #replicas = new Map<string, ThrottledReplicas>()

  constructor(clock: Clock, side: Side, sources: ThrottleSources) {
    this.#side = side
    this.#sources = sources
    this.#budget = new ByteBudget(clock, () => (this.#rate ??= this.#readRate()))
  }

  /** The dynamic configs of brokers changed, and maybe the rate. */
  rateChanged(): void {
    this.#rate = undefined
  }

  /** Whether this broker's replica of the partition is throttled; never when there is no rate. */
  covers(topic: string, partition: number): boolean {
    if (!this.#budget.isLimited) return false
    const { topicSettings, brokerId } = this.#sources
    const settings = topicSettings.of(topic)
    let replicas = this.#replicas.get(topic)
    if (replicas?.settings !== settings) {
      replicas = new ThrottledReplicas(settings, this.#side, brokerId)
      this.#replicas.set(topic, replicas)
    }
    return replicas.has(partition)
  }

  /** Whether replicas that are throttled and not in sync must be held back now. */
  get isSpent(): boolean {
    return this.#budget.isSpent
  }

  /** So many bytes of a throttled replica have moved. */
  spend(bytes: number): void {
    this.#budget.spend(bytes)
  }

  /** Milliseconds until they need not be held back any more. */
  waitMs(): number {
    return this.#budget.waitMs()
  }

  #readRate(): ByteRate {
    const { metadata, brokerId, settings } = this.#sources
    return {
      bytesPerSecond: throttleRate(metadata, brokerId, `${this.#side}.replication.throttled.rate`),
      savedSeconds: settings.get('replication.quota.window.size.seconds'),
    }
  }
}

/** The throttled replicas of one topic that this broker has. */
class ThrottledReplicas {
  readonly settings: TopicSettings
  readonly #partitions: ReadonlySet<number> | 'all'

  constructor(settings: TopicSettings, side: Side, brokerId: number) {
    this.settings = settings
    const said = settings[`${side}.replication.throttled.replicas`]
    this.#partitions = said.includes('*') ? 'all' : partitionsOf(said, brokerId)
  }

  has(partition: number): boolean {
    return this.#partitions === 'all' || this.#partitions.has(partition)
  }
}

/** Of the replicas `partition:broker`, the partitions of one broker. */
function partitionsOf(replicas: readonly string[], brokerId: number): ReadonlySet<number> {
  const partitions = new Set<number>()
  for (const replica of replicas) {
    const [partition, broker] = replica.split(':')
    if (Number(broker) === brokerId) partitions.add(Number(partition))
  }
  return partitions
}
