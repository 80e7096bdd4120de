// CreateTopics (key 19): one answer per topic. From version 5 on the answer tells the new topic's configs (KIP-525).

import { CreateTopics, KafkaError, type RequestOf, ZERO_UUID } from '@samsa/protocol'
import { describeTopic } from '@samsa/settings'
import type { TopicSpec } from '../controller/controller.ts'
import { clusterResource } from './authorized-operations.ts'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'
import { settleAsync } from './settle.ts'

type CreatableTopic = RequestOf<typeof CreateTopics>['topics'][number]

/** Kafka 4 has a topic of this name outside the topics. */
const reservedTopic = '__cluster_metadata'

/** Creates topics. */
export const createTopics = handle(CreateTopics, async (request, context) => {
  const count = new Map<string, number>()
  for (const { name } of request.topics) count.set(name, (count.get(name) ?? 0) + 1)
  const once = request.topics.filter(({ name }) => count.get(name) === 1)
  const repeated = [...count].flatMap(([name, times]) => (times > 1 ? [name] : []))
  const options = {
    validateOnly: request.validateOnly ?? false,
    timeoutMs: request.timeoutMs,
  }
  const created = await Promise.all(
    once.map((topic) =>
      settleAsync({ name: topic.name }, async () => {
        requireAuthorized(topic.name, context)
        const spec = specOf(topic)
        const { topicId, partitionCount, replicationFactor } = await context.controller.createTopic(
          spec,
          options,
        )
        return {
          errorMessage: null,
          topicId: options.validateOnly ? ZERO_UUID : topicId,
          numPartitions: partitionCount,
          replicationFactor,
          configs: createdConfigs(spec, context),
        }
      }),
    ),
  )
  const { code } = new KafkaError('INVALID_REQUEST')
  return {
    topics: [
      ...created,
      ...repeated.map((name) => ({
        name,
        errorCode: code,
        errorMessage: 'Duplicate topic name.',
      })),
    ],
  }
})

function requireAuthorized(name: string, context: RequestContext): void {
  if (name === reservedTopic) throw new KafkaError('TOPIC_AUTHORIZATION_FAILED')
  if (context.isAuthorized('Create', 'Cluster', clusterResource)) return
  context.authorize('Create', 'Topic', name)
}

function specOf(topic: CreatableTopic): TopicSpec {
  const { name, numPartitions, replicationFactor } = topic
  const assignments = new Map<number, readonly number[]>()
  for (const { partitionIndex, brokerIds } of topic.assignments) {
    if (assignments.has(partitionIndex)) {
      throw new KafkaError(
        'INVALID_REPLICA_ASSIGNMENT',
        `Found multiple manual partition assignments for partition ${partitionIndex}`,
      )
    }
    assignments.set(partitionIndex, brokerIds)
  }
  const configs = new Map<string, string>()
  for (const { name: key, value } of topic.configs) {
    if (value === null) {
      const message = `Null value not supported for topic configs: ${key}`
      throw new KafkaError('INVALID_CONFIG', message)
    }
    configs.set(key, value)
  }
  return { name, partitionCount: numPartitions, replicationFactor, assignments, configs }
}

function createdConfigs({ configs }: TopicSpec, { settings }: RequestContext) {
  return describeTopic(settings.layers(), Object.fromEntries(configs)).map((described) => {
    const { name, value, readOnly, configSource, isSensitive } = described
    return { name, value, readOnly, configSource, isSensitive }
  })
}
