// Metadata that a test sets by hand, with the faces of the view and of the controller: one broker, no coordination.

import { KafkaError } from '@samsa/protocol'
import type { Controller, CreatedTopic, TopicSpec } from '../../controller/controller.ts'
import type {
  BrokerRegistration,
  MetadataDelta,
  MetadataView,
  PartitionImage,
  TopicImage,
} from '../../metadata/metadata-view.ts'

const nothing: MetadataDelta = {
  topicIds: new Set(),
  deletedTopicIds: new Set(),
  topicConfigs: new Set(),
  brokersChanged: false,
  brokerConfigsChanged: false,
  controllerChanged: false,
}

/** A view whose content is set. */
export class FixedMetadata implements MetadataView {
  zxid = 0
  controllerId = 1
  readonly #topics = new Map<string, TopicImage>()
  readonly #deleted = new Set<string>()
  readonly #configs = new Map<string, ReadonlyMap<string, string>>()
  readonly #listeners = new Set<(delta: MetadataDelta) => void>()

  readonly #brokers = new Map<number, BrokerRegistration>()

  constructor() {
    this.register(1, 9092)
  }

  brokers(): readonly BrokerRegistration[] {
    return [...this.#brokers.values()]
  }
  broker(id: number): BrokerRegistration | undefined {
    return this.brokers().find((broker) => broker.id === id)
  }
  topic(name: string): TopicImage | undefined {
    return this.#topics.get(name)
  }
  topicById(topicId: string): TopicImage | undefined {
    return [...this.#topics.values()].find((topic) => topic.topicId === topicId)
  }
  topics(): Iterable<TopicImage> {
    return this.#topics.values()
  }
  isDeleted(topicId: string): boolean {
    return this.#deleted.has(topicId)
  }
  topicConfigs(name: string): ReadonlyMap<string, string> {
    return this.#configs.get(name) ?? new Map()
  }
  brokerConfigs(): ReadonlyMap<string, string> {
    return new Map()
  }
  onChange(listener: (delta: MetadataDelta) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** A broker is reached at this port of 127.0.0.1; every registration is a new life of it. */
  register(id: number, port: number): void {
    const endpoint = { host: '127.0.0.1', port, securityProtocol: 'PLAINTEXT' }
    const endpoints = new Map([['PLAINTEXT', endpoint]])
    const epoch = (this.#brokers.get(id)?.epoch ?? 0) + 1
    this.#brokers.set(id, { id, endpoints, rack: null, epoch, fenced: false, draining: false })
    this.#tell({ ...nothing, brokersChanged: true })
  }

  /** Puts a topic with these partitions, all led by broker 1 unless said otherwise. */
  put(
    name: string,
    partitions: readonly Partial<PartitionImage>[],
    configs: Readonly<Record<string, string>> = {},
  ): TopicImage {
    const topicId = this.#topics.get(name)?.topicId ?? topicIdOf(this.zxid + 1)
    const topic: TopicImage = {
      name,
      topicId,
      partitions: partitions.map((image, partition) => ({
        partition,
        leader: 1,
        leaderEpoch: 0,
        partitionEpoch: 0,
        replicas: [1],
        isr: [1],
        elr: [],
        adding: [],
        removing: [],
        ...image,
      })),
    }
    this.#topics.set(name, topic)
    this.#configs.set(name, new Map(Object.entries(configs)))
    this.#tell({ ...nothing, topicIds: new Set([topicId]), topicConfigs: new Set([name]) })
    return topic
  }

  /** Deletes a topic: a tombstone stands for it. */
  delete(name: string): void {
    const topicId = this.#topics.get(name)?.topicId ?? ''
    this.#topics.delete(name)
    this.#deleted.add(topicId)
    this.#tell({ ...nothing, deletedTopicIds: new Set([topicId]) })
  }

  #tell(delta: MetadataDelta): void {
    this.zxid++
    for (const listener of this.#listeners) listener(delta)
  }
}

/** A controller that creates topics in fixed metadata. */
export function controllerOf(metadata: FixedMetadata): Controller {
  let nextProducerId = 0
  const controller: Pick<Controller, 'createTopic' | 'deleteTopic' | 'allocateProducerIds'> = {
    createTopic: (spec: TopicSpec): Promise<CreatedTopic> => {
      if (metadata.topic(spec.name) !== undefined) {
        return Promise.reject(new KafkaError('TOPIC_ALREADY_EXISTS', spec.name))
      }
      const partitions = Array.from({ length: spec.partitionCount }, () => ({}))
      const { topicId } = metadata.put(spec.name, partitions, Object.fromEntries(spec.configs))
      return Promise.resolve({
        topicId,
        partitionCount: spec.partitionCount,
        replicationFactor: 1,
      })
    },
    deleteTopic: (topicId) => {
      const topic = metadata.topicById(topicId)
      if (topic === undefined) return Promise.reject(new KafkaError('UNKNOWN_TOPIC_ID', topicId))
      metadata.delete(topic.name)
      return Promise.resolve()
    },
    allocateProducerIds: () => {
      const first = nextProducerId
      nextProducerId += 1000
      return Promise.resolve({ first, count: 1000 })
    },
  }
  // Tests of the wire ask for nothing else.
  return controller as Controller
}

function topicIdOf(index: number): string {
  return Buffer.from(`test topic id ${index}`.padEnd(16).slice(0, 16)).toString('base64url')
}
