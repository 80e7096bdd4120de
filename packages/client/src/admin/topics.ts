// Topics: created, deleted, listed, described, given more partitions.

import {
  CreatePartitions,
  CreateTopics,
  DeleteTopics,
  DescribeTopicPartitions,
  KafkaError,
  ZERO_UUID,
} from '@samsa/protocol'
import type { Desk } from './desk.ts'
import { type AdminCallOptions, checkCode, outcomeOf } from './errand.ts'
import { Results } from './results.ts'
import { askMetadata, toAnyBroker, toController } from './routes.ts'
import {
  type TopicDescription,
  topicDescription,
  topicKey,
  type TopicListing,
  type TopicReference,
} from './topic-description.ts'
import { describePages } from './topic-pages.ts'

/** A topic to be created. */
export interface NewTopic {
  readonly name: string
  /** The broker's default when absent. */
  readonly partitions?: number
  /** The broker's default when absent. */
  readonly replicationFactor?: number
  /** Broker ids of each partition's replicas, the preferred leader first; says partitions and replication factor too. */
  readonly replicas?: readonly (readonly number[])[]
  /** Settings that differ from the broker's, by Kafka's names. */
  readonly configs?: Readonly<Record<string, string>>
}

/** A topic that was created; what the broker does not say is undefined. */
export interface CreatedTopic {
  readonly name: string
  readonly topicId: string | undefined
  readonly partitions: number | undefined
  readonly replicationFactor: number | undefined
}

/** More partitions for a topic. */
export interface MorePartitions {
  readonly topic: string
  /** The new total. */
  readonly total: number
  /** Broker ids of the replicas of each new partition; the cluster chooses when absent. */
  readonly replicas?: readonly (readonly number[])[]
}

/** Options of calls that can be tried without effect. */
export interface ValidateOptions extends AdminCallOptions {
  /** Only check whether it could be done. */
  readonly validateOnly?: boolean
}

/** Admin calls about topics. */
export class TopicAdmin {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Creates topics; the results are by name. TOPIC_ALREADY_EXISTS, INVALID_REPLICATION_FACTOR, INVALID_CONFIG … */
  create(
    topics: readonly NewTopic[],
    options: ValidateOptions = {},
  ): Results<string, CreatedTopic> {
    const { validateOnly = false } = options
    return this.#desk.run(
      {
        items: topics,
        keyOf: ({ name }) => name,
        nameOf: ({ name }) => `Topic ${name}`,
        route: toController(this.#desk.cluster),
        ask: async (link, part, { timeoutMs }) => {
          const version = link.version(CreateTopics)
          const answer = await link.sendVersion(CreateTopics, version, {
            topics: part.map(creation),
            timeoutMs,
            ...(version >= 1 ? { validateOnly } : {}),
          })
          return new Map(
            answer.topics.map((topic) => [topic.name, outcomeOf(topic, createdTopic(topic))]),
          )
        },
      },
      options,
    )
  }

  /** Deletes topics, by name or by id (Kafka 2.8 and later); the results are by what they were named by. */
  delete(topics: readonly TopicReference[], options: AdminCallOptions = {}): Results<string, void> {
    return this.#desk.run<TopicReference, string, void>(
      {
        items: topics,
        keyOf: topicKey,
        nameOf: (topic) => `Topic ${topicKey(topic)}`,
        route: toController(this.#desk.cluster),
        ask: async (link, part, { timeoutMs }) => {
          const version = link.version(DeleteTopics)
          const names = part.filter((topic) => typeof topic === 'string')
          if (version < 6 && names.length < part.length) {
            const message = `${link.name} cannot delete topics by their ids.`
            throw new KafkaError('UNSUPPORTED_VERSION', message)
          }
          const references = part.map((topic) => {
            return typeof topic === 'string' ? { name: topic, topicId: ZERO_UUID } : topic
          })
          const answer = await link.sendVersion(DeleteTopics, version, {
            ...(version < 6 ? { topicNames: names } : { topics: references }),
            timeoutMs,
          })
          const byName = new Set<string>(names)
          return new Map(
            answer.responses.map((result) => {
              const { name, topicId } = result
              const isByName = name !== null && byName.has(name)
              return [isByName ? name : topicId, outcomeOf(result, undefined)]
            }),
          )
        },
      },
      options,
    )
  }

  /** All topics, by name; those of Kafka itself (`__consumer_offsets` …) only with `includeInternal`. */
  async list(
    options: AdminCallOptions & { readonly includeInternal?: boolean } = {},
  ): Promise<TopicListing[]> {
    const { cluster } = this.#desk
    const answer = await askMetadata(cluster, { topics: null }, this.#desk.patience(options))
    return answer.topics
      .filter(({ isInternal }) => options.includeInternal === true || !isInternal)
      .map(({ name, topicId, isInternal }) => ({ name: name ?? '', topicId, isInternal }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Partitions and replicas of topics, by name or by id; the results are by what they were named by. */
  describe(
    topics: readonly TopicReference[],
    options: AdminCallOptions & { readonly includeAuthorizedOperations?: boolean } = {},
  ): Results<string, TopicDescription> {
    const { cluster } = this.#desk
    const { includeAuthorizedOperations = false } = options
    const patience = this.#desk.patience(options)
    return this.#desk.run<TopicReference, string, TopicDescription>(
      {
        items: topics,
        keyOf: topicKey,
        nameOf: (topic) => `Topic ${topicKey(topic)}`,
        route: toAnyBroker(cluster),
        mayLag: true,
        ask: async (link, part) => {
          const names = part.filter((topic) => typeof topic === 'string')
          const areNames = names.length === part.length
          if (areNames && !includeAuthorizedOperations && link.serves(DescribeTopicPartitions)) {
            return await describePages(link, names)
          }
          const asked = part.map((topic) => (typeof topic === 'string' ? { name: topic } : topic))
          const question = {
            topics: asked,
            includeTopicAuthorizedOperations: includeAuthorizedOperations,
          }
          const answer = await askMetadata(cluster, question, patience)
          checkCode(answer.errorCode)
          const byName = new Set<string>(names)
          return new Map(
            answer.topics.map((topic) => {
              const isByName = topic.name !== null && byName.has(topic.name)
              return [isByName ? (topic.name ?? '') : topic.topicId, topicDescription(topic)]
            }),
          )
        },
      },
      options,
    )
  }

  /** Raises the number of partitions; the results are by topic. Keys may lie elsewhere from then on. */
  addPartitions(
    changes: readonly MorePartitions[],
    options: ValidateOptions = {},
  ): Results<string, void> {
    return this.#desk.run<MorePartitions, string, void>(
      {
        items: changes,
        keyOf: ({ topic }) => topic,
        nameOf: ({ topic }) => `Topic ${topic}`,
        route: toController(this.#desk.cluster),
        ask: async (link, part, { timeoutMs }) => {
          const answer = await link.send(CreatePartitions, {
            topics: part.map(({ topic, total, replicas }) => ({
              name: topic,
              count: total,
              assignments: replicas?.map((brokerIds) => ({ brokerIds })) ?? null,
            })),
            timeoutMs,
            validateOnly: options.validateOnly ?? false,
          })
          return new Map(
            answer.results.map((result) => [result.name, outcomeOf(result, undefined)]),
          )
        },
      },
      options,
    )
  }
}

function creation({ name, partitions, replicationFactor, replicas, configs = {} }: NewTopic) {
  return {
    name,
    numPartitions: partitions ?? -1,
    replicationFactor: replicationFactor ?? -1,
    assignments: (replicas ?? []).map((brokerIds, partitionIndex) => ({
      partitionIndex,
      brokerIds,
    })),
    configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
  }
}

function createdTopic(answer: {
  readonly name: string
  readonly topicId: string
  readonly numPartitions: number
  readonly replicationFactor: number
}): CreatedTopic {
  const { name, topicId, numPartitions, replicationFactor } = answer
  return {
    name,
    topicId: topicId === ZERO_UUID ? undefined : topicId,
    partitions: numPartitions < 0 ? undefined : numPartitions,
    replicationFactor: replicationFactor < 0 ? undefined : replicationFactor,
  }
}
