// DescribeTopicPartitions (key 75): topics in order of name, so many partitions a page (KIP-966).

import { DescribeTopicPartitions, errorCode, KafkaError, ZERO_UUID } from '@samsa/protocol'
import { isInternalTopic, topicNameProblem } from '../controller/topic-names.ts'
import type { TopicImage } from '../metadata/metadata-view.ts'
import { authorizedOperations, operationsNotAsked } from './authorized-operations.ts'
import { handle } from './handle.ts'
import { partitionAnswer } from './partition-answer.ts'
import type { RequestContext } from './request-context.ts'

interface Cursor {
  readonly topicName: string
  readonly partitionIndex: number
}

/** Describes topics page by page. */
export const describeTopicPartitions = handle(
  DescribeTopicPartitions,
  (request, context) => {
    const { cursor } = request
    const all = request.topics.length === 0
    const names = new Set(
      all
        ? [...context.metadata.topics()].map(({ name }) => name)
        : request.topics.map(({ name }) => name),
    )
    if (!all && cursor !== null && !names.has(cursor.topicName)) {
      throw new KafkaError(
        'INVALID_REQUEST',
        `DescribeTopicPartitionsRequest topic list should contain the cursor topic: ${cursor.topicName}`,
      )
    }
    const wanted = [...names].filter((name) => name >= (cursor?.topicName ?? '')).sort()
    const allowed = wanted.filter((name) => context.isAuthorized('Describe', 'Topic', name))
    const hidden = all ? [] : wanted.filter((name) => !allowed.includes(name))
    const { topics, nextCursor } = page(context, allowed, {
      cursor,
      all,
      limit: Math.min(
        request.responsePartitionLimit,
        context.settings.get('max.request.partition.size.limit'),
      ),
    })
    return {
      topics: [
        ...topics,
        ...hidden.map((name) => failed(context, 'TOPIC_AUTHORIZATION_FAILED', name)),
      ],
      nextCursor,
    }
  },
  {
    failed: (request, code) => ({
      topics: request.topics.map(({ name }) => ({
        errorCode: code,
        name,
        topicId: ZERO_UUID,
        partitions: [],
      })),
    }),
  },
)

interface TopicAnswer {
  readonly errorCode: number
  readonly name: string
  readonly topicId: string
  readonly isInternal: boolean
  readonly partitions: ReturnType<typeof partitionAnswer>[]
  readonly topicAuthorizedOperations: number
}

function page(
  context: RequestContext,
  names: readonly string[],
  { cursor, all, limit }: { cursor: Cursor | null; all: boolean; limit: number },
): { topics: TopicAnswer[]; nextCursor: Cursor | null } {
  const topics: TopicAnswer[] = []
  let remaining = limit
  for (const name of names) {
    const topic = context.metadata.topic(name)
    if (topic === undefined) {
      // A topic of the list of all may have gone meanwhile.
      if (!all) topics.push(failed(context, unknownTopicError(name), name))
      continue
    }
    if (remaining <= 0) return { topics, nextCursor: { topicName: name, partitionIndex: 0 } }
    const first = name === cursor?.topicName ? Math.max(0, cursor.partitionIndex) : 0
    const images = topic.partitions.slice(first, first + remaining)
    topics.push(described(context, topic, images))
    remaining -= images.length
    const next = first + images.length
    if (next < topic.partitions.length) {
      return { topics, nextCursor: { topicName: name, partitionIndex: next } }
    }
  }
  return { topics, nextCursor: null }
}

function described(
  context: RequestContext,
  { name, topicId }: TopicImage,
  images: TopicImage['partitions'],
): TopicAnswer {
  return {
    errorCode: 0,
    name,
    topicId,
    isInternal: isInternalTopic(name),
    partitions: images.map((image) => ({
      ...partitionAnswer(context, image, { hidesUnreachable: false }),
      eligibleLeaderReplicas: image.elr,
      lastKnownElr: image.lastKnownElr ?? [],
    })),
    topicAuthorizedOperations: authorizedOperations(context, 'Topic', name),
  }
}

function unknownTopicError(name: string): 'INVALID_TOPIC_EXCEPTION' | 'UNKNOWN_TOPIC_OR_PARTITION' {
  return topicNameProblem(name) === undefined
    ? 'UNKNOWN_TOPIC_OR_PARTITION'
    : 'INVALID_TOPIC_EXCEPTION'
}

function failed(
  context: RequestContext,
  error: 'INVALID_TOPIC_EXCEPTION' | 'UNKNOWN_TOPIC_OR_PARTITION' | 'TOPIC_AUTHORIZATION_FAILED',
  name: string,
): TopicAnswer {
  return {
    errorCode: errorCode(error),
    name,
    topicId: ZERO_UUID,
    isInternal: isInternalTopic(name),
    partitions: [],
    // As Kafka does: operations are told of topics that do not exist, too.
    topicAuthorizedOperations:
      error === 'TOPIC_AUTHORIZATION_FAILED'
        ? operationsNotAsked
        : authorizedOperations(context, 'Topic', name),
  }
}
