// A cluster as the group coordinator sees it, for tests and simulations: topics that are created and deleted by hand,
// settings that are given, one broker.

import {
  type BrokerSettings,
  type GroupOverrides,
  resolveBrokerSettings,
  resolveGroupSettings,
} from '@samsa/settings'
import type { BrokerSettingsView } from '../../configs/broker-settings-view.ts'
import type {
  MetadataDelta,
  MetadataView,
  PartitionImage,
  TopicImage,
} from '../../metadata/metadata-view.ts'

/** Kafka's defaults, but for what a test sets. */
export class FakeSettings implements BrokerSettingsView {
  readonly #set = new Map<string, string>()
  readonly #groups = new Map<string, Readonly<Record<string, string>>>()
  #settings = resolveBrokerSettings({}).settings

  get<K extends keyof BrokerSettings>(name: K): BrokerSettings[K] {
    return this.#settings[name]
  }

  /** Throws SettingsError for what no broker would take. */
  set(name: string, value: string): void {
    this.#set.set(name, value)
    const set = Array.from(this.#set, ([key, text]) => `${key}=${text}`)
    this.#settings = resolveBrokerSettings({ set }).settings
  }

  /** What a group with configs of its own goes by. */
  readonly groupConfigs = (groupId: string): GroupOverrides | undefined => {
    const own = this.#groups.get(groupId)
    return own === undefined ? undefined : resolveGroupSettings(this.#settings, own)
  }

  /** Sets a config of one group. */
  setGroup(groupId: string, name: string, value: string): void {
    this.#groups.set(groupId, { ...this.#groups.get(groupId), [name]: value })
  }

  onChange(): () => void {
    return () => {}
  }
}

/** Topics by name. */
export class FakeMetadata {
  readonly #topics = new Map<string, TopicImage>()
  readonly #racks = new Map<number, string>()
  readonly #listeners = new Set<(delta: MetadataDelta) => void>()
  readonly #names = new Map<string, string>()
  #nextId = 1

  /** As the interface the coordinator reads. */
  readonly view: MetadataView = {
    zxid: 0,
    controllerId: 1,
    brokers: () => Array.from(this.#racks.keys(), (id) => this.#broker(id)),
    broker: (id) => this.#broker(id),
    topic: (name) => this.#topics.get(name),
    topicById: (topicId) => [...this.#topics.values()].find((topic) => topic.topicId === topicId),
    topics: () => this.#topics.values(),
    isDeleted: () => false,
    topicConfigs: () => new Map(),
    brokerConfigs: () => new Map(),
    onChange: (listener) => {
      this.#listeners.add(listener)
      return () => this.#listeners.delete(listener)
    },
  }

  /** Creates a topic, or grows it. Replicas of partition i are on the brokers of `racks[i]`. */
  createTopic(
    name: string,
    partitionCount: number,
    replicas?: readonly (readonly number[])[],
  ): TopicImage {
    const topicId = this.#topics.get(name)?.topicId ?? topicIdOf(this.#nextId++)
    const partitions = Array.from({ length: partitionCount }, (_, partition) =>
      partitionImage(partition, replicas?.[partition] ?? [1]),
    )
    const topic = { name, topicId, partitions }
    this.#topics.set(name, topic)
    this.#names.set(topicId, name)
    this.#changed({ topicIds: new Set([topicId]) })
    return topic
  }

  deleteTopic(name: string): void {
    const topic = this.#topics.get(name)
    if (topic === undefined) return
    this.#topics.delete(name)
    this.#changed({ deletedTopicIds: new Set([topic.topicId]) })
  }

  /** Name of a topic, also of one that is gone. */
  nameOf(topicId: string): string {
    return this.#names.get(topicId) ?? topicId
  }

  setRack(brokerId: number, rack: string): void {
    this.#racks.set(brokerId, rack)
  }

  #broker(id: number): ReturnType<MetadataView['brokers']>[number] {
    const endpoint = { host: '127.0.0.1', port: 9092, securityProtocol: 'PLAINTEXT' }
    const endpoints = new Map([['PLAINTEXT', endpoint]])
    return {
      id,
      endpoints,
      rack: this.#racks.get(id) ?? null,
      epoch: 1,
      fenced: false,
      draining: false,
    }
  }

  #changed(change: Partial<MetadataDelta>): void {
    const delta: MetadataDelta = {
      topicIds: new Set(),
      deletedTopicIds: new Set(),
      topicConfigs: new Set(),
      brokersChanged: false,
      brokerConfigsChanged: false,
      controllerChanged: false,
      ...change,
    }
    for (const listener of this.#listeners) listener(delta)
  }
}

/** Ids that can be read in a transcript: a number in the first bytes. */
function topicIdOf(number: number): string {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt32BE(number, 12)
  return bytes.toString('base64url')
}

function partitionImage(partition: number, replicas: readonly number[]): PartitionImage {
  return {
    partition,
    leader: replicas[0] ?? -1,
    leaderEpoch: 0,
    partitionEpoch: 0,
    replicas,
    isr: replicas,
    elr: [],
    adding: [],
    removing: [],
  }
}
