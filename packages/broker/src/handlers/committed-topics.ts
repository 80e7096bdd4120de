// The topics of OffsetCommit and TxnOffsetCommit: which of them can be committed to, and the answer put together again.

import { errorCode, KafkaError, ZERO_UUID } from '@samsa/protocol'
import type { TopicCommit, TopicCommitted } from '../groups/offsets/offset-commit.ts'
import type { TopicImage } from '../metadata/metadata-view.ts'
import type { RequestContext } from './request-context.ts'

/** A topic as either request names it. */
interface RequestedTopic {
  readonly name: string
  readonly topicId: string
  readonly partitions: readonly {
    readonly partitionIndex: number
    readonly committedOffset: number
    readonly committedLeaderEpoch: number
    readonly committedMetadata: string | null
    /** Only OffsetCommit version 1 has it. */
    readonly commitTimestamp?: number
  }[]
}

/** A requested topic, sorted: codes of what cannot be committed, and the rest. */
export interface CheckedTopic {
  readonly requested: RequestedTopic
  /** By partition. */
  readonly codes: Map<number, number>
  readonly commit: TopicCommit | undefined
}

/** Sorts out what cannot be committed; the rest is left in `commit`. */
export function checkTopic(requested: RequestedTopic, context: RequestContext): CheckedTopic {
  const codes = new Map<number, number>()
  const refuse = (code: number): void => {
    for (const { partitionIndex } of requested.partitions) codes.set(partitionIndex, code)
  }
  const topic = topicOf(requested, context)
  if (topic instanceof KafkaError) {
    refuse(topic.code)
    return { requested, codes, commit: undefined }
  }
  const known = requested.partitions.filter(({ partitionIndex }) => {
    if (topic.partitions[partitionIndex] !== undefined) return true
    codes.set(partitionIndex, errorCode('UNKNOWN_TOPIC_OR_PARTITION'))
    return false
  })
  const commit = {
    topic: topic.name,
    topicId: topic.topicId,
    partitions: known.map((each) => ({
      partition: each.partitionIndex,
      offset: each.committedOffset,
      leaderEpoch: each.committedLeaderEpoch,
      metadata: each.committedMetadata,
      commitTimestampMs: each.commitTimestamp ?? -1,
    })),
  }
  return { requested, codes, commit }
}

function topicOf(
  { name, topicId }: { readonly name: string; readonly topicId: string },
  context: RequestContext,
): TopicImage | KafkaError {
  const isById = topicId !== ZERO_UUID && name === ''
  const topic = isById ? context.metadata.topicById(topicId) : context.metadata.topic(name)
  const wanted = topic?.name ?? name
  if (wanted !== '' && !context.isAuthorized('Read', 'Topic', wanted)) {
    return new KafkaError('TOPIC_AUTHORIZATION_FAILED')
  }
  return topic ?? new KafkaError(isById ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION')
}

/** One topic of the response. */
export interface AnsweredTopic {
  readonly name: string
  readonly topicId: string
  readonly partitions: { partitionIndex: number; errorCode: number }[]
}

/**
 * The answer to every requested partition. `requestCode`, unless 0, is everybody's. As Apache Kafka does it, topics and
 * partitions that were refused before the group was asked come first.
 */
export function answerTopics(
  checked: readonly CheckedTopic[],
  committed: readonly TopicCommitted[],
  requestCode: number,
): AnsweredTopic[] {
  if (requestCode !== 0) {
    return checked.map(({ requested }) => {
      const { name, topicId, partitions } = requested
      const answers = partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: requestCode,
      }))
      return { name, topicId, partitions: answers }
    })
  }
  const refused: AnsweredTopic[] = []
  const others: AnsweredTopic[] = []
  const answers = committed.values()
  for (const { requested, codes, commit } of checked) {
    const { name, topicId } = requested
    const partitions = Array.from(codes, ([partitionIndex, code]) => ({
      partitionIndex,
      errorCode: code,
    }))
    const given = commit === undefined ? undefined : answers.next().value
    for (const { partition, errorCode } of given?.partitions ?? []) {
      partitions.push({ partitionIndex: partition, errorCode })
    }
    const topics = codes.size > 0 ? refused : others
    topics.push({ name, topicId, partitions })
  }
  return [...refused, ...others]
}
