// What the client knows of the cluster: brokers, topics, leaders. Pure: it is told answers, and asked.
//
// Invariant: of one topic (by its id) no leader epoch ever falls, so an answer of a broker that lags behind does not undo
// what a fresher one said (KIP-320). A topic created anew under its old name has another id and starts afresh.

import {
  errorName,
  type ErrorName,
  type Metadata,
  type ResponseOf,
  ZERO_UUID,
} from '@samsa/protocol'
import type { BrokerAddress } from './address.ts'

type MetadataResponse = ResponseOf<typeof Metadata>

/** Who leads a partition. */
export interface PartitionLeader {
  /** Broker id, -1 where there is none. */
  readonly leaderId: number
  /** -1 where the broker does not say. */
  readonly leaderEpoch: number
}

/** A topic as it was last described. */
export interface TopicMetadata {
  readonly name: string
  /** The zero uuid where the broker does not say. */
  readonly topicId: string
  readonly isInternal: boolean
  /** By partition. */
  readonly partitions: readonly PartitionLeader[]
}

const noLeader: PartitionLeader = { leaderId: -1, leaderEpoch: -1 }

/** What is known of a cluster. */
export class MetadataCache {
  readonly #brokers = new Map<number, BrokerAddress>()
  readonly #topics = new Map<string, TopicMetadata>()
  readonly #namesById = new Map<string, string>()
  readonly #errors = new Map<string, ErrorName>()
  #clusterId: string | undefined
  #controllerId = -1

  /** Undefined until a broker has said it. */
  get clusterId(): string | undefined {
    return this.#clusterId
  }

  /** -1 where no broker is known to be the controller. */
  get controllerId(): number {
    return this.#controllerId
  }

  /** Brokers by id. */
  get brokers(): ReadonlyMap<number, BrokerAddress> {
    return this.#brokers
  }

  topic(name: string): TopicMetadata | undefined {
    return this.#topics.get(name)
  }

  /** The topic that has this id. */
  topicById(topicId: string): TopicMetadata | undefined {
    const name = this.#namesById.get(topicId)
    return name === undefined ? undefined : this.#topics.get(name)
  }

  /** Why the last answer did not describe the topic. */
  errorOf(name: string): ErrorName | undefined {
    return this.#errors.get(name)
  }

  /** Undefined where topic, partition or leader are not known. */
  leader(topic: string, partition: number): PartitionLeader | undefined {
    const leader = this.#topics.get(topic)?.partitions[partition]
    return leader === undefined || leader.leaderId < 0 ? undefined : leader
  }

  /** Takes a broker's answer. */
  apply(answer: MetadataResponse): void {
    this.#brokers.clear()
    for (const { nodeId, host, port } of answer.brokers) this.#brokers.set(nodeId, { host, port })
    this.#clusterId = answer.clusterId ?? this.#clusterId
    this.#controllerId = answer.controllerId
    for (const topic of answer.topics) this.#applyTopic(topic)
  }

  /** Takes what a produce or fetch answer said of a new leader (KIP-951); whether it was news. */
  learnLeader(topic: string, partition: number, leader: PartitionLeader): boolean {
    const known = this.#topics.get(topic)
    const before = known?.partitions[partition]
    if (known === undefined || before === undefined || leader.leaderId < 0) return false
    if (leader.leaderEpoch <= before.leaderEpoch) return false
    const partitions = known.partitions.with(partition, leader)
    this.#topics.set(topic, { ...known, partitions })
    return true
  }

  /** Takes the address of a broker that such an answer named. */
  learnBroker(nodeId: number, address: BrokerAddress): void {
    this.#brokers.set(nodeId, address)
  }

  /** All that is left are the bootstrap addresses. */
  forgetBrokers(): void {
    this.#brokers.clear()
  }

  #applyTopic(topic: MetadataResponse['topics'][number]): void {
    const { name, topicId } = topic
    if (name === null) return
    const error = errorName(topic.errorCode)
    if (error !== 'NONE') {
      this.#errors.set(name, error)
      if (error === 'UNKNOWN_TOPIC_OR_PARTITION') this.#forget(name)
      return
    }
    this.#errors.delete(name)
    const known = this.#topics.get(name)
    const isSame = known !== undefined && known.topicId === topicId
    const partitions: PartitionLeader[] = []
    for (const { partitionIndex, leaderId, leaderEpoch } of topic.partitions) {
      const before = isSame ? known.partitions[partitionIndex] : undefined
      const isStale = before !== undefined && leaderEpoch >= 0 && leaderEpoch < before.leaderEpoch
      partitions[partitionIndex] = isStale ? before : { leaderId, leaderEpoch }
    }
    for (let i = 0; i < partitions.length; i++) partitions[i] ??= noLeader
    if (!isSame) this.#forget(name)
    this.#topics.set(name, { name, topicId, isInternal: topic.isInternal, partitions })
    if (topicId !== ZERO_UUID) this.#namesById.set(topicId, name)
  }

  #forget(name: string): void {
    const known = this.#topics.get(name)
    if (known === undefined) return
    this.#topics.delete(name)
    this.#namesById.delete(known.topicId)
  }
}
