// OffsetCommit (key 8): a group stores how far it has come. Every partition is answered for itself. Version 10 names
// topics by id.

import { errorCode, KafkaError, OffsetCommit, type RequestOf, ZERO_UUID } from '@samsa/protocol'
import type { TopicImage } from '../metadata/metadata-view.ts'
import type { TopicCommit } from '../groups/offsets/offset-commit.ts'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'
import { settleAsync } from './settle.ts'

type RequestedTopic = RequestOf<typeof OffsetCommit>['topics'][number]
type Codes = Map<number, number>

export const offsetCommit = handle(
  OffsetCommit,
  async (request, context) => {
    const checked = request.topics.map((topic) => check(topic, context))
    const topics = checked.flatMap(({ commit }) => (commit === undefined ? [] : [commit]))
    const result = await settleAsync({}, async () => {
      context.authorize('Read', 'Group', request.groupId)
      const committed = await context.groups.commitOffsets({
        groupId: request.groupId,
        memberId: request.memberId,
        groupInstanceId: request.groupInstanceId,
        generationIdOrMemberEpoch: request.generationIdOrMemberEpoch,
        isTransactional: false,
        knowsMemberEpochs: context.version >= 9,
        retentionMs: request.retentionTimeMs,
        topics,
      })
      return { committed }
    })
    const answers = 'committed' in result ? result.committed.values() : undefined
    return {
      topics: checked.map(({ requested, codes, commit }) => {
        if (commit !== undefined) {
          for (const answer of answers?.next().value?.partitions ?? []) {
            codes.set(answer.partition, answer.errorCode)
          }
        }
        return {
          name: requested.name,
          topicId: requested.topicId,
          partitions: requested.partitions.map(({ partitionIndex }) => ({
            partitionIndex,
            errorCode: result.errorCode === 0 ? (codes.get(partitionIndex) ?? 0) : result.errorCode,
          })),
        }
      }),
    }
  },
  { versions: [1, 10] },
)

/** Sorts out what cannot be committed; the rest is left in `commit`. */
function check(
  requested: RequestedTopic,
  context: RequestContext,
): { requested: RequestedTopic; codes: Codes; commit: TopicCommit | undefined } {
  const codes: Codes = new Map()
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
      commitTimestampMs: each.commitTimestamp,
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
