// The decision to create a topic: everything that can be wrong with it, in Kafka's words and order, then its partitions.

import { KafkaError, uuidFromBytes } from '@samsa/protocol'
import { type BrokerSettings, validateTopicConfigs } from '@samsa/settings'
import type { Random } from '@samsa/world'
import type { PartitionState } from '../metadata/topic-nodes.ts'
import type { CreatedTopic, TopicSpec } from './controller.ts'
import type { MetadataDraft } from './metadata-draft.ts'
import { placeReplicas } from './placement.ts'
import { placeableBrokers, possibleReplicas, statesOf } from './replica-assignment.ts'
import { isInternalTopic, topicNameProblem } from './topic-names.ts'

/** Partitions that one request may create (Kafka's limit on one batch of metadata). */
export const mostPartitionsAtOnce = 10_000

/** What the decision goes by. */
export interface CreationRules {
  readonly settings: BrokerSettings
  readonly random: Random
  readonly validateOnly: boolean
}

/** Creates the topic in the draft, or throws the KafkaError that says why not. */
export function createTopic(
  draft: MetadataDraft,
  spec: TopicSpec,
  { settings, random, validateOnly }: CreationRules,
): CreatedTopic {
  requireName(draft, spec.name)
  requireConfigs(spec, settings)
  const partitions =
    spec.assignments === undefined || spec.assignments.size === 0
      ? placed(draft, spec, settings, random)
      : assigned(draft, spec, spec.assignments)
  const topicId = uuidFromBytes(random.bytes(16))
  if (!validateOnly) draft.create({ name: spec.name, topicId, partitions }, spec.configs)
  return {
    topicId,
    partitionCount: partitions.length,
    replicationFactor: partitions[0]?.replicas.length ?? 0,
  }
}

function requireName(draft: MetadataDraft, name: string): void {
  const problem = topicNameProblem(name)
  if (problem !== undefined) throw new KafkaError('INVALID_TOPIC_EXCEPTION', problem)
  if (draft.topic(name) !== undefined) {
    throw new KafkaError('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`)
  }
  const colliding = draft.collidingTopic(name)
  if (colliding !== undefined) {
    throw new KafkaError(
      'INVALID_TOPIC_EXCEPTION',
      `Topic '${name}' collides with existing topic: ${colliding}`,
    )
  }
}

function requireConfigs(spec: TopicSpec, settings: BrokerSettings): void {
  if (spec.configs.size === 0) return
  const problems = validateTopicConfigs(Object.fromEntries(spec.configs), settings)
  if (problems.length === 0) return
  throw new KafkaError('INVALID_CONFIG', problems.map(({ message }) => message).join('; '))
}

function placed(
  draft: MetadataDraft,
  { name, partitionCount, replicationFactor }: TopicSpec,
  settings: BrokerSettings,
  random: Random,
): PartitionState[] {
  if (replicationFactor < -1 || replicationFactor === 0) {
    throw new KafkaError(
      'INVALID_REPLICATION_FACTOR',
      'Replication factor must be larger than 0, or -1 to use the default value.',
    )
  }
  if (partitionCount < -1 || partitionCount === 0) {
    throw new KafkaError(
      'INVALID_PARTITIONS',
      'Number of partitions was set to an invalid non-positive value.',
    )
  }
  const count = partitionCount === -1 ? settings['num.partitions'] : partitionCount
  if (count > mostPartitionsAtOnce) {
    throw new KafkaError('POLICY_VIOLATION', 'Excessively large number of partitions per request.')
  }
  const brokers = placeableBrokers(draft.metadata)
  const wanted =
    replicationFactor === -1 ? settings['default.replication.factor'] : replicationFactor
  const factor = isInternalTopic(name) ? possibleReplicas(wanted, brokers.length) : wanted
  const replicas = placeReplicas(random, brokers, {
    partitionCount: count,
    replicationFactor: factor,
  })
  return statesOf(draft.metadata, replicas)
}

function assigned(
  draft: MetadataDraft,
  { partitionCount, replicationFactor }: TopicSpec,
  assignments: ReadonlyMap<number, readonly number[]>,
): PartitionState[] {
  const manual = 'A manual partition assignment was specified, but'
  if (replicationFactor !== -1) {
    throw new KafkaError('INVALID_REQUEST', `${manual} replication factor was not set to -1.`)
  }
  if (partitionCount !== -1) {
    throw new KafkaError('INVALID_REQUEST', `${manual} numPartitions was not set to -1.`)
  }
  const replicas: (readonly number[])[] = []
  for (let i = 0; i < assignments.size; i++) {
    const ids = assignments.get(i)
    if (ids === undefined) {
      throw new KafkaError(
        'INVALID_REPLICA_ASSIGNMENT',
        'partitions should be a consecutive 0-based integer sequence',
      )
    }
    replicas.push(ids)
  }
  return statesOf(draft.metadata, replicas)
}
