// Ways to the broker that can do something: the controller, a coordinator, a partition's leader, a broker by its id, or
// any of them. Topics are looked up without being created.

import { errorName, FindCoordinator, KafkaError, Metadata, type ResponseOf } from '@samsa/protocol'
import type { Cluster, Patience } from '../cluster/cluster.ts'
import { outcomeOf, type Places, type Route } from './errand.ts'
import type { TopicPartition } from './partition-key.ts'

type MetadataAnswer = ResponseOf<typeof Metadata>

/** What is asked of the brokers, and only that. */
export interface MetadataQuestion {
  readonly topics: readonly { readonly name?: string | null; readonly topicId?: string }[] | null
  readonly includeTopicAuthorizedOperations?: boolean
}

/** Asks any broker for metadata, creates no topic, and keeps what is said of brokers and leaders. */
export async function askMetadata(
  cluster: Cluster,
  { topics, includeTopicAuthorizedOperations = false }: MetadataQuestion,
  patience: Patience,
): Promise<MetadataAnswer> {
  const answer = await cluster.tryAny(async (broker) => {
    const link = await broker.connect()
    const version = link.version(Metadata)
    return await link.sendVersion(Metadata, version, {
      topics: topics === null ? null : topics.map(({ name = null, ...id }) => ({ name, ...id })),
      ...(version >= 4 ? { allowAutoTopicCreation: false } : {}),
      ...(version >= 8 ? { includeTopicAuthorizedOperations } : {}),
    })
  }, patience)
  cluster.learn(answer)
  return answer
}

/** Brokers are known. */
async function knowBrokers(cluster: Cluster, patience: Patience, isFresh: boolean): Promise<void> {
  if (isFresh || cluster.metadata.brokers.size === 0) {
    await askMetadata(cluster, { topics: [] }, patience)
  }
}

/** All to the controller; in KRaft clusters to a broker that forwards. */
export function toController<Item>(cluster: Cluster): Route<Item> {
  return async (items, patience, attempt) => {
    await knowBrokers(cluster, patience, attempt > 1)
    const { controllerId } = cluster.metadata
    const place =
      controllerId < 0
        ? new KafkaError('NOT_CONTROLLER', 'The cluster has no controller.')
        : controllerId
    return new Map(items.map((item) => [item, place]))
  }
}

/** All to one broker, whichever; a connected one if there is one. */
export function toAnyBroker<Item>(cluster: Cluster): Route<Item> {
  return async (items, patience, attempt) => {
    await knowBrokers(cluster, patience, attempt > 1)
    const ids = [...cluster.metadata.brokers.keys()]
    const open = ids.filter((id) => cluster.broker(id)?.open !== undefined)
    const place = cluster.world.random.below(ids.length)
    const id = attempt === 1 ? (open[0] ?? ids[place]) : ids[place]
    return new Map(items.map((item) => [item, id ?? new KafkaError('BROKER_NOT_AVAILABLE')]))
  }
}

/** To the broker that each item names; `undefined`: any. */
export function toBroker<Item>(
  cluster: Cluster,
  brokerOf: (item: Item) => number | undefined,
): Route<Item> {
  return async (items, patience, attempt) => {
    const named = items.filter((item) => brokerOf(item) !== undefined)
    const others = items.filter((item) => brokerOf(item) === undefined)
    await knowBrokers(cluster, patience, attempt > 1)
    const places: Places<Item> = new Map(named.map((item) => [item, brokerOf(item) ?? -1]))
    const rest = others.length === 0 ? [] : await toAnyBroker<Item>(cluster)(others, patience, 1)
    for (const [item, place] of rest) places.set(item, place)
    return places
  }
}

/** To the leader of each item's partition. */
export function toLeader<Item>(
  cluster: Cluster,
  partitionOf: (item: Item) => TopicPartition,
): Route<Item> {
  return async (items, patience) => {
    const names = new Set(items.map((item) => partitionOf(item).topic))
    const topics = [...names].map((name) => ({ name }))
    const answer = await askMetadata(cluster, { topics }, patience)
    const byName = new Map(answer.topics.map((topic) => [topic.name, topic]))
    return new Map(
      items.map((item) => {
        const { topic, partition } = partitionOf(item)
        return [item, leaderIn(byName.get(topic), partition)]
      }),
    )
  }
}

function leaderIn(
  topic: MetadataAnswer['topics'][number] | undefined,
  partition: number,
): number | KafkaError {
  if (topic === undefined) return new KafkaError('UNKNOWN_TOPIC_OR_PARTITION')
  if (topic.errorCode !== 0) return new KafkaError(errorName(topic.errorCode))
  const found = topic.partitions.find(({ partitionIndex }) => partitionIndex === partition)
  if (found === undefined) {
    const message = `The topic has ${topic.partitions.length} partitions, none with this number.`
    return new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', message)
  }
  if (found.leaderId >= 0) return found.leaderId
  return new KafkaError('LEADER_NOT_AVAILABLE')
}

/** Whose coordinator is looked for; the values are those of FindCoordinator. */
const coordinatorKinds = { group: 0, transaction: 1 } as const

/** To the coordinator of each item's group or transactional id. */
export function toCoordinator<Item>(
  cluster: Cluster,
  kind: keyof typeof coordinatorKinds,
  idOf: (item: Item) => string,
): Route<Item> {
  return async (items, patience) => {
    const ids = [...new Set(items.map(idOf))]
    const found = await findCoordinators(cluster, coordinatorKinds[kind], ids, patience)
    return new Map(
      items.map((item) => {
        return [item, found.get(idOf(item)) ?? new KafkaError('COORDINATOR_NOT_AVAILABLE')]
      }),
    )
  }
}

async function findCoordinators(
  cluster: Cluster,
  keyType: number,
  ids: readonly string[],
  patience: Patience,
): Promise<Places<string>> {
  return await cluster.tryAny(async (broker) => {
    const link = await broker.connect()
    const version = link.version(FindCoordinator)
    const places: Places<string> = new Map()
    if (version >= 4) {
      const request = { keyType, coordinatorKeys: ids }
      const answer = await link.sendVersion(FindCoordinator, version, request)
      for (const found of answer.coordinators) places.set(found.key, placeOf(cluster, found))
      return places
    }
    for (const key of ids) {
      const request = version >= 1 ? { key, keyType } : { key }
      const found = await link.sendVersion(FindCoordinator, version, request)
      places.set(key, placeOf(cluster, found))
    }
    return places
  }, patience)
}

function placeOf(
  cluster: Cluster,
  found: {
    readonly errorCode: number
    readonly errorMessage: string | null
    readonly nodeId: number
    readonly host: string
    readonly port: number
  },
): number | KafkaError {
  if (found.errorCode === 0) {
    cluster.metadata.learnBroker(found.nodeId, { host: found.host, port: found.port })
  }
  return outcomeOf(found, found.nodeId)
}
