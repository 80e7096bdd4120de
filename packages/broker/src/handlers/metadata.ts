// Metadata (key 3): brokers, topics, partition leaders. Answered from the applied view. A topic that is created by being
// asked for is answered with its leaders, never with LEADER_NOT_AVAILABLE: clients show that error to their users.

import { errorCode, KafkaError, Metadata, type RequestOf, ZERO_UUID } from '@samsa/protocol'
import { internalTopicSpec } from '../controller/internal-topics.ts'
import { isInternalTopic, topicNameProblem } from '../controller/topic-names.ts'
import type { TopicImage } from '../metadata/metadata-view.ts'
import {
  authorizedOperations,
  clusterResource,
  operationsNotAsked,
} from './authorized-operations.ts'
import { handle } from './handle.ts'
import { addressOf } from './node-endpoints.ts'
import { partitionAnswer } from './partition-answer.ts'
import type { RequestContext } from './request-context.ts'

type MetadataRequest = RequestOf<typeof Metadata>

/** Brokers and topics. */
export const metadata = handle(
  Metadata,
  async (request, context) => {
    const { version } = context
    const { topics } = request
    // Before KIP-4 nobody could ask for no topics at all: empty meant all.
    const all = topics === null || (version === 0 && topics.length === 0)
    const answers = all
      ? [...context.metadata.topics()]
          .filter(({ name }) => context.isAuthorized('Describe', 'Topic', name))
          .map((topic) => topicAnswer(topic, request, context))
      : await askedTopics(topics, request, context)
    const wantsClusterOperations = request.includeClusterAuthorizedOperations === true
    return {
      brokers: brokers(context),
      clusterId: context.clusterId,
      controllerId: context.metadata.controllerId,
      topics: answers,
      ...(wantsClusterOperations
        ? { clusterAuthorizedOperations: authorizedOperations(context, 'Cluster', clusterResource) }
        : {}),
    }
  },
  {
    failed: (request, code) => ({
      brokers: [],
      topics: (request.topics ?? []).map(({ name, topicId }) => ({
        errorCode: code,
        name: name ?? '',
        topicId: topicId ?? ZERO_UUID,
        partitions: [],
      })),
      errorCode: code,
    }),
  },
)

interface TopicAnswer {
  readonly errorCode: number
  readonly name: string | null
  readonly topicId: string
  readonly isInternal: boolean
  readonly partitions: ReturnType<typeof partitionAnswer>[]
  readonly topicAuthorizedOperations: number
}

function brokers(
  context: RequestContext,
): { nodeId: number; host: string; port: number; rack: string | null }[] {
  return context.metadata.brokers().flatMap((broker) => {
    const address = broker.fenced ? undefined : addressOf(context, broker)
    return address === undefined ? [] : [{ nodeId: broker.id, ...address, rack: broker.rack }]
  })
}

function askedTopics(
  topics: NonNullable<MetadataRequest['topics']>,
  request: MetadataRequest,
  context: RequestContext,
): Promise<TopicAnswer[]> {
  for (const { name, topicId } of topics) {
    const byId = topicId !== undefined && topicId !== ZERO_UUID
    if (context.version >= 12 || (name !== null && !byId)) continue
    const what = byId ? 'Topic IDs are not supported in' : 'Topic name can not be null for'
    throw new KafkaError('INVALID_REQUEST', `${what} version ${context.version}`)
  }
  const byIds = topics.some(({ topicId }) => topicId !== undefined && topicId !== ZERO_UUID)
  const asked = byIds ? topics : [...new Map(topics.map((topic) => [topic.name, topic])).values()]
  return Promise.all(
    asked.map(({ name, topicId }) =>
      byIds
        ? Promise.resolve(topicById(topicId ?? ZERO_UUID, request, context))
        : topicByName(name ?? '', request, context),
    ),
  )
}

function topicById(
  topicId: string,
  request: MetadataRequest,
  context: RequestContext,
): TopicAnswer {
  const topic = context.metadata.topicById(topicId)
  if (topic === undefined) return failedTopic('UNKNOWN_TOPIC_ID', null, topicId)
  if (!context.isAuthorized('Describe', 'Topic', topic.name)) {
    // The name is the secret here, so only the id is given back (KIP-516).
    return failedTopic('TOPIC_AUTHORIZATION_FAILED', null, topicId)
  }
  return topicAnswer(topic, request, context)
}

async function topicByName(
  name: string,
  request: MetadataRequest,
  context: RequestContext,
): Promise<TopicAnswer> {
  if (!context.isAuthorized('Describe', 'Topic', name)) {
    return failedTopic('TOPIC_AUTHORIZATION_FAILED', name)
  }
  const known = context.metadata.topic(name)
  if (known !== undefined) return topicAnswer(known, request, context)
  if (topicNameProblem(name) !== undefined) return failedTopic('INVALID_TOPIC_EXCEPTION', name)
  const creates =
    request.allowAutoTopicCreation && context.settings.get('auto.create.topics.enable')
  if (!creates) return failedTopic('UNKNOWN_TOPIC_OR_PARTITION', name)
  const mayCreate =
    context.isAuthorized('Create', 'Cluster', clusterResource) ||
    context.isAuthorized('Create', 'Topic', name)
  if (!mayCreate) return failedTopic('TOPIC_AUTHORIZATION_FAILED', name)
  try {
    await context.controller.createTopic(automaticSpec(name, context))
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    // Somebody else may have been first; anything else is told by the code that fits a client which only asked.
    if (error.name === 'INVALID_TOPIC_EXCEPTION') return failedTopic(error.name, name)
  }
  const topic = context.metadata.topic(name)
  if (topic === undefined) return failedTopic('UNKNOWN_TOPIC_OR_PARTITION', name)
  return topicAnswer(topic, request, context)
}

function automaticSpec(name: string, { settings }: RequestContext) {
  const internal = internalTopicSpec(name, (key) => settings.get(key))
  return internal ?? { name, partitionCount: -1, replicationFactor: -1, configs: new Map() }
}

function topicAnswer(
  topic: TopicImage,
  request: MetadataRequest,
  context: RequestContext,
): TopicAnswer {
  const { version } = context
  const partitions = topic.partitions.map((image) => {
    const answer = partitionAnswer(context, image, { hidesUnreachable: version === 0 })
    const isNew = answer.errorCode === errorCode('LISTENER_NOT_FOUND') && version < 6
    return isNew ? { ...answer, errorCode: errorCode('LEADER_NOT_AVAILABLE') } : answer
  })
  return {
    errorCode: 0,
    name: topic.name,
    topicId: topic.topicId,
    isInternal: isInternalTopic(topic.name),
    partitions,
    topicAuthorizedOperations:
      request.includeTopicAuthorizedOperations === true
        ? authorizedOperations(context, 'Topic', topic.name)
        : operationsNotAsked,
  }
}

function failedTopic(
  error:
    | 'UNKNOWN_TOPIC_ID'
    | 'TOPIC_AUTHORIZATION_FAILED'
    | 'INVALID_TOPIC_EXCEPTION'
    | 'UNKNOWN_TOPIC_OR_PARTITION',
  name: string | null,
  topicId = ZERO_UUID,
): TopicAnswer {
  return {
    errorCode: errorCode(error),
    name,
    topicId,
    isInternal: name !== null && isInternalTopic(name),
    partitions: [],
    topicAuthorizedOperations: operationsNotAsked,
  }
}
