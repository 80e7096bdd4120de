// OffsetFetch (key 9): what groups have committed. From version 8 on several groups are asked at once (KIP-709);
// version 10 names topics by id.

import { errorCode, OffsetFetch, ZERO_UUID } from '@samsa/protocol'
import { type FetchedTopic, noOffset } from '../groups/offsets/offset-fetch.ts'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'
import { settleAsync } from './settle.ts'

/** What is asked of one group, in every version. */
interface GroupRequest {
  readonly groupId: string
  readonly memberId: string | null
  readonly memberEpoch: number
  readonly topics:
    | readonly {
        readonly name: string
        readonly topicId: string
        readonly partitionIndexes: readonly number[]
      }[]
    | null
  readonly requireStable: boolean
}

/** A topic of the answer. */
interface GroupTopic {
  readonly name: string
  readonly topicId: string
  readonly partitions: readonly {
    readonly partitionIndex: number
    readonly committedOffset: number
    readonly committedLeaderEpoch: number
    readonly metadata: string
    readonly errorCode: number
  }[]
}

export const offsetFetch = handle(
  OffsetFetch,
  async (request, context) => {
    const { requireStable } = request
    if (context.version >= 8) {
      const asked = request.groups.map((group) => fetchGroup({ ...group, requireStable }, context))
      return { groups: await Promise.all(asked) }
    }
    const topics = request.topics?.map((topic) => ({ ...topic, topicId: ZERO_UUID })) ?? null
    const { groupId } = request
    const group = { groupId, memberId: null, memberEpoch: -1, topics, requireStable }
    const fetched = await fetchGroup(group, context)
    if (context.version >= 2 || fetched.errorCode === 0) {
      return { errorCode: fetched.errorCode, topics: fetched.topics }
    }
    // Version 1 has no room for an error but at the partitions.
    const code = fetched.errorCode
    return { topics: (topics ?? []).map((topic) => failedTopic(topic, topic.name, code)) }
  },
  { versions: [1, 10] },
)

async function fetchGroup(
  request: GroupRequest,
  context: RequestContext,
): Promise<{ groupId: string; topics: readonly GroupTopic[]; errorCode: number }> {
  const { groupId } = request
  const nothing: { groupId: string; topics: readonly GroupTopic[] } = { groupId, topics: [] }
  return settleAsync(nothing, async () => {
    context.authorize('Describe', 'Group', groupId)
    const topics = request.topics
    return {
      topics: await (topics === null
        ? fetchAll(request, context)
        : fetchSome(request, topics, context)),
    }
  })
}

async function fetchAll(request: GroupRequest, context: RequestContext): Promise<GroupTopic[]> {
  const fetched = await context.groups.fetchOffsets({
    ...request,
    topics: null,
    topicIds: new Map(),
  })
  return fetched.flatMap((each) => {
    if (!context.isAuthorized('Describe', 'Topic', each.topic)) return []
    const topicId = context.metadata.topic(each.topic)?.topicId ?? ZERO_UUID
    // By id a topic that does not exist any more cannot be named.
    if (context.version >= 10 && topicId === ZERO_UUID) return []
    return [answerFor(each, topicId)]
  })
}

async function fetchSome(
  request: GroupRequest,
  topics: NonNullable<GroupRequest['topics']>,
  context: RequestContext,
): Promise<GroupTopic[]> {
  const isById = context.version >= 10
  const named = topics.map((topic) => {
    const name = isById ? (context.metadata.topicById(topic.topicId)?.name ?? '') : topic.name
    const isUnknown = isById && name === ''
    const isRefused = !isUnknown && !context.isAuthorized('Describe', 'Topic', name)
    const refusal = isRefused
      ? 'TOPIC_AUTHORIZATION_FAILED'
      : isUnknown
        ? 'UNKNOWN_TOPIC_ID'
        : 'NONE'
    return { topic, name, code: errorCode(refusal) }
  })
  const allowed = named.filter(({ code }) => code === 0)
  const fetched = await context.groups.fetchOffsets({
    ...request,
    topics: allowed.map(({ topic, name }) => ({ topic: name, partitions: topic.partitionIndexes })),
    topicIds: new Map(isById ? allowed.map(({ topic, name }) => [name, topic.topicId]) : []),
  })
  const answers = fetched.values()
  return named.map(({ topic, name, code }) => {
    const answer = code === 0 ? answers.next().value : undefined
    return answer === undefined ? failedTopic(topic, name, code) : answerFor(answer, topic.topicId)
  })
}

function answerFor({ topic, partitions }: FetchedTopic, topicId: string): GroupTopic {
  return {
    name: topic,
    topicId,
    partitions: partitions.map(({ partition, ...offset }) => ({
      partitionIndex: partition,
      ...offset,
    })),
  }
}

function failedTopic(
  topic: { readonly topicId: string; readonly partitionIndexes: readonly number[] },
  name: string,
  code: number,
): GroupTopic {
  const partitions = topic.partitionIndexes.map((partition) => noOffset(partition, code))
  return answerFor({ topic: name, partitions }, topic.topicId)
}
