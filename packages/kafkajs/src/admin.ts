// kafkajs's admin over the client's.

import { connect, type Admin as ClientAdmin, type KafkaClient } from '@samsa/client'
import { KafkaError } from '@samsa/protocol'
import {
  type AclEntry,
  type AclFilter,
  bindingOf,
  type DeleteAclResponse,
  type DescribeAclResponse,
  entryOf,
  filterOf,
} from './admin-acls.ts'
import {
  type AlterConfigResponse,
  alterConfigs,
  type DescribeConfigResponse,
  describeConfigs,
  type ResourceConfig,
  type ResourceConfigQuery,
} from './admin-configs.ts'
import { describeGroups, type GroupDescription } from './admin-groups.ts'
import { GroupOffsets } from './admin-offsets.ts'
import { connectOptions, type RetryOptions, retryPlan } from './config.ts'
import { AclResourceTypes } from './constants.ts'
import {
  inTheirWords,
  KafkaJSAggregateError,
  KafkaJSDeleteGroupsError,
  KafkaJSError,
  KafkaJSNonRetriableError,
  KafkaJSProtocolError,
} from './errors.ts'
import { adminEvents } from './event-names.ts'
import { Emitter } from './events.ts'
import type { Logger } from './logger.ts'
import type { PartitionMetadata } from './partitioners.ts'
import type { Setting } from './setting.ts'

/** How an admin works. */
export interface AdminConfig {
  readonly retry?: RetryOptions
}

/** A topic to be created. */
export interface ITopicConfig {
  readonly topic: string
  readonly numPartitions?: number
  readonly replicationFactor?: number
  readonly replicaAssignment?: readonly {
    readonly partition: number
    readonly replicas: number[]
  }[]
  readonly configEntries?: readonly { readonly name: string; readonly value: string }[]
}

/** A topic and its partitions. */
export interface ITopicMetadata {
  readonly name: string
  readonly partitions: readonly PartitionMetadata[]
}

/** The cluster. */
export interface ClusterDescription {
  readonly brokers: readonly {
    readonly nodeId: number
    readonly host: string
    readonly port: number
  }[]
  readonly controller: number | null
  readonly clusterId: string
}

/** Moves of a topic's partitions that are under way. */
export interface OngoingTopicReassignment {
  readonly topic: string
  readonly partitions: readonly {
    readonly partitionIndex: number
    readonly replicas: readonly number[]
    readonly addingReplicas: readonly number[]
    readonly removingReplicas: readonly number[]
  }[]
}

/** Looks into a cluster and changes it. */
export class Admin extends GroupOffsets {
  readonly events: typeof adminEvents = adminEvents
  readonly #setting: Setting
  readonly #config: AdminConfig
  readonly #emitter: Emitter
  #client: KafkaClient | undefined

  constructor(setting: Setting, config: AdminConfig) {
    super()
    this.#setting = setting
    this.#config = config
    this.#emitter = new Emitter(setting.world.clock, setting.logger, Object.values(adminEvents))
  }

  /** Connects. Rejects when no broker can be reached. */
  async connect(): Promise<void> {
    const { kafka, world } = this.#setting
    await inTheirWords(async () => {
      const retry = retryPlan(kafka.retry, this.#config.retry)
      const client = connect(await connectOptions(kafka, retry, world))
      try {
        await client.admin().cluster.describe()
      } catch (error) {
        await client.close()
        throw error
      }
      this.#client = client
    })
    this.#emitter.emit(adminEvents.CONNECT)
  }

  async disconnect(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    await inTheirWords(async () => await client?.close())
    this.#emitter.emit(adminEvents.DISCONNECT)
  }

  on = ((type, listener) => this.#emitter.on(type, listener)) as Emitter['on']

  logger(): Logger {
    return this.#setting.logger
  }

  protected override async run<T>(ask: (admin: ClientAdmin) => Promise<T>): Promise<T> {
    if (this.#client === undefined) throw new KafkaJSError('The admin client is disconnected')
    const admin = this.#client.admin()
    return await inTheirWords(() => ask(admin))
  }

  async listTopics(): Promise<string[]> {
    const topics = await this.run((admin) => admin.topics.list({ includeInternal: true }))
    return topics.map(({ name }) => name)
  }

  /** Whether the topics were created; false where one of them exists. */
  async createTopics(options: {
    readonly validateOnly?: boolean
    readonly waitForLeaders?: boolean
    readonly timeout?: number
    readonly topics: readonly ITopicConfig[]
  }): Promise<boolean> {
    const { topics, validateOnly = false, waitForLeaders = true, timeout } = options
    const time = timeout === undefined ? {} : { timeoutMs: timeout }
    const outcomes = await this.run((admin) => {
      return admin.topics.create(topics.map(newTopic), { validateOnly, ...time }).each()
    })
    const errors = [...outcomes.values()].filter((outcome) => outcome instanceof KafkaError)
    const others = errors.filter(({ name }) => name !== 'TOPIC_ALREADY_EXISTS')
    if (others.length > 0) {
      const all = others.map((error) => new KafkaJSProtocolError(error))
      throw new KafkaJSAggregateError('Topic creation errors', all)
    }
    if (errors.length > 0) return false
    if (waitForLeaders && !validateOnly) await this.#leaders(topics.map(({ topic }) => topic))
    return true
  }

  async #leaders(topics: readonly string[]): Promise<void> {
    const { clock } = this.#setting.world
    for (;;) {
      const found = await this.run((admin) => admin.topics.describe(topics))
      const partitions = [...found.values()].flatMap((topic) => topic.partitions)
      if (partitions.every(({ leaderId }) => leaderId !== undefined)) return
      await clock.sleep(100)
    }
  }

  async deleteTopics(options: {
    readonly topics: readonly string[]
    readonly timeout?: number
  }): Promise<void> {
    const time = options.timeout === undefined ? {} : { timeoutMs: options.timeout }
    await this.run((admin) => admin.topics.delete(options.topics, time))
  }

  async createPartitions(options: {
    readonly validateOnly?: boolean
    readonly timeout?: number
    readonly topicPartitions: readonly {
      readonly topic: string
      readonly count: number
      readonly assignments?: readonly (readonly number[])[]
    }[]
  }): Promise<boolean> {
    const { topicPartitions, validateOnly = false, timeout } = options
    const changes = topicPartitions.map(({ topic, count, assignments }) => {
      return {
        topic,
        total: count,
        ...(assignments === undefined ? {} : { replicas: assignments }),
      }
    })
    const time = timeout === undefined ? {} : { timeoutMs: timeout }
    await this.run((admin) => admin.topics.addPartitions(changes, { validateOnly, ...time }))
    return true
  }

  /** Of all topics when none are named. */
  async fetchTopicMetadata(
    options: { readonly topics?: readonly string[] } = {},
  ): Promise<{ topics: ITopicMetadata[] }> {
    const { topics = [] } = options
    const found = await this.run(async (admin) => {
      const names =
        topics.length > 0
          ? topics
          : (await admin.topics.list({ includeInternal: true })).map(({ name }) => name)
      return await admin.topics.describe(names)
    })
    return {
      topics: [...found.values()].map(({ name, partitions }) => ({
        name,
        partitions: partitions.map((partition) => ({
          partitionErrorCode: 0,
          partitionId: partition.partition,
          leader: partition.leaderId ?? -1,
          replicas: partition.replicas,
          isr: partition.inSyncReplicas,
          offlineReplicas: partition.offlineReplicas,
        })),
      })),
    }
  }

  async describeCluster(): Promise<ClusterDescription> {
    const cluster = await this.run((admin) => admin.cluster.describe())
    return {
      brokers: cluster.brokers.map(({ brokerId, host, port }) => ({
        nodeId: brokerId,
        host,
        port,
      })),
      controller: cluster.controllerId ?? null,
      clusterId: cluster.clusterId ?? '',
    }
  }

  async describeConfigs(options: {
    readonly resources: readonly ResourceConfigQuery[]
    readonly includeSynonyms?: boolean
  }): Promise<DescribeConfigResponse> {
    const { resources, includeSynonyms = false } = options
    return await this.run((admin) => describeConfigs(admin, resources, includeSynonyms))
  }

  /** Sets the values named, and puts all others of the resource back to their defaults. */
  async alterConfigs(options: {
    readonly validateOnly?: boolean
    readonly resources: readonly ResourceConfig[]
  }): Promise<AlterConfigResponse> {
    const { resources, validateOnly = false } = options
    return await this.run((admin) => alterConfigs(admin, resources, validateOnly))
  }

  async listGroups(): Promise<{ groups: { groupId: string; protocolType: string }[] }> {
    const groups = await this.run((admin) => admin.groups.list())
    return { groups: groups.map(({ groupId, protocolType }) => ({ groupId, protocolType })) }
  }

  async describeGroups(groupIds: readonly string[]): Promise<{ groups: GroupDescription[] }> {
    return { groups: await this.run((admin) => describeGroups(admin, groupIds)) }
  }

  async deleteGroups(
    groupIds: readonly string[],
  ): Promise<{ groupId: string; errorCode: number }[]> {
    const outcomes = await this.run((admin) => admin.groups.delete(groupIds).each())
    const failed = [...outcomes].flatMap(([groupId, error]) => {
      if (!(error instanceof KafkaError)) return []
      return [{ groupId, errorCode: error.code, error: new KafkaJSProtocolError(error) }]
    })
    if (failed.length > 0) throw new KafkaJSDeleteGroupsError('Error in DeleteGroups', failed)
    return groupIds.map((groupId) => ({ groupId, errorCode: 0 }))
  }

  async createAcls({ acl }: { readonly acl: readonly AclEntry[] }): Promise<boolean> {
    if (acl.some(({ resourceType }) => resourceType === AclResourceTypes.ANY)) {
      throw new KafkaJSNonRetriableError('Invalid resource type of an ACL that is created')
    }
    await this.run((admin) => admin.acls.create(acl.map(bindingOf)))
    return true
  }

  async describeAcls(filter: AclFilter): Promise<DescribeAclResponse> {
    const found = await this.run((admin) => admin.acls.describe(filterOf(filter)))
    const byResource = Map.groupBy(found.map(entryOf), (entry) => {
      return `${entry.resourceType} ${entry.resourcePatternType} ${entry.resourceName}`
    })
    return {
      throttleTime: 0,
      errorCode: 0,
      resources: [...byResource.values()].flatMap((entries) => {
        const [first] = entries
        if (first === undefined) return []
        const { resourceType, resourceName, resourcePatternType } = first
        const acls = entries.map(({ principal, host, operation, permissionType }) => {
          return { principal, host, operation, permissionType }
        })
        return [{ resourceType, resourceName, resourcePatternType, acls }]
      }),
    }
  }

  async deleteAcls({
    filters,
  }: {
    readonly filters: readonly AclFilter[]
  }): Promise<DeleteAclResponse> {
    const deleted = await this.run((admin) => admin.acls.delete(filters.map(filterOf)))
    return {
      throttleTime: 0,
      filterResponses: [...deleted.values()].map((bindings) => ({
        errorCode: 0,
        matchingAcls: bindings.map((binding) => ({ errorCode: 0, ...entryOf(binding) })),
      })),
    }
  }

  async alterPartitionReassignments(options: {
    readonly topics: readonly {
      readonly topic: string
      readonly partitionAssignment: readonly {
        readonly partition: number
        readonly replicas: readonly number[]
      }[]
    }[]
    readonly timeout?: number
  }): Promise<void> {
    const moves = options.topics.flatMap(({ topic, partitionAssignment }) => {
      return partitionAssignment.map((part) => ({ topic, ...part }))
    })
    await this.run((admin) => admin.replicas.reassign(moves))
  }

  async listPartitionReassignments(
    options: {
      readonly topics?: readonly {
        readonly topic: string
        readonly partitions: readonly number[]
      }[]
      readonly timeout?: number
    } = {},
  ): Promise<{ topics: OngoingTopicReassignment[] }> {
    const partitions = options.topics?.flatMap(({ topic, partitions }) => {
      return partitions.map((partition) => ({ topic, partition }))
    })
    const moves = await this.run((admin) => admin.replicas.reassignments(partitions))
    return {
      topics: [...Map.groupBy(moves, ({ topic }) => topic)].map(([topic, some]) => ({
        topic,
        partitions: some.map(({ partition, replicas, addingReplicas, removingReplicas }) => {
          return { partitionIndex: partition, replicas, addingReplicas, removingReplicas }
        }),
      })),
    }
  }
}

function newTopic(config: ITopicConfig) {
  const { topic, numPartitions, replicationFactor, replicaAssignment, configEntries = [] } = config
  const sorted = replicaAssignment?.toSorted((a, b) => a.partition - b.partition)
  return {
    name: topic,
    ...(numPartitions === undefined || numPartitions < 0 ? {} : { partitions: numPartitions }),
    ...(replicationFactor === undefined || replicationFactor < 0 ? {} : { replicationFactor }),
    ...(sorted === undefined || sorted.length === 0
      ? {}
      : { replicas: sorted.map(({ replicas }) => replicas) }),
    configs: Object.fromEntries(configEntries.map(({ name, value }) => [name, value])),
  }
}
