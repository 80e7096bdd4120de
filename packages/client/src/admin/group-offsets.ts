// What groups have committed: read, set, deleted. Setting and deleting need a group that has no members on the topic.

import {
  errorName,
  KafkaError,
  OffsetCommit,
  OffsetDelete,
  OffsetFetch,
  type ResponseOf,
} from '@samsa/protocol'
import type { OpenLink } from '../cluster/open-link.ts'
import type { Desk } from './desk.ts'
import { type AdminCallOptions, checkCode, named, outcomeOf } from './errand.ts'
import { byTopic, type PartitionKey, partitionKey, type TopicPartition } from './partition-key.ts'
import type { Outcomes, Results } from './results.ts'
import { toCoordinator } from './routes.ts'

/** The position that a group has committed in a partition. */
export interface CommittedOffset extends TopicPartition {
  /** Of the next record to read. */
  readonly offset: number
  /** Of the last record read; undefined where it was not said. */
  readonly leaderEpoch: number | undefined
  readonly metadata: string
}

/** A position to be committed for a group. */
export interface NewOffset extends TopicPartition {
  readonly offset: number
  readonly leaderEpoch?: number
  readonly metadata?: string
}

/** Whose offsets to read. */
export interface GroupOffsetQuestion {
  readonly groupId: string
  /** Only of these; of all partitions when absent. */
  readonly partitions?: readonly TopicPartition[]
}

/** From version 10 on topics are named by id, which says nothing of topics that are gone. */
const highestVersion = 9

/** Admin calls about the offsets of groups. */
export class GroupOffsetAdmin {
  protected readonly desk: Desk

  constructor(desk: Desk) {
    this.desk = desk
  }

  /**
   * What groups have committed; the results are by group id. A partition without offset is left out, so is everything of a
   * group that does not exist. With `requireStable` it waits until open transactions are decided.
   */
  offsets(
    groups: readonly (string | GroupOffsetQuestion)[],
    options: AdminCallOptions & { readonly requireStable?: boolean } = {},
  ): Results<string, readonly CommittedOffset[]> {
    const { requireStable = false } = options
    const questions = groups.map((group) =>
      typeof group === 'string' ? { groupId: group } : group,
    )
    return this.desk.run<GroupOffsetQuestion, string, readonly CommittedOffset[]>(
      {
        items: questions,
        keyOf: ({ groupId }) => groupId,
        nameOf: ({ groupId }) => `Group ${groupId}`,
        route: toCoordinator(this.desk.cluster, 'group', ({ groupId }) => groupId),
        ask: (link, part) => fetchOffsets(link, part, requireStable),
      },
      options,
    )
  }

  /** Sets offsets of a group without members; the results are by partition. UNKNOWN_MEMBER_ID where it has some. */
  alterOffsets(
    groupId: string,
    offsets: readonly NewOffset[],
    options: AdminCallOptions = {},
  ): Results<PartitionKey, void> {
    return this.desk.run<NewOffset, PartitionKey, void>(
      {
        items: offsets,
        keyOf: partitionKey,
        nameOf: (offset) => `Group ${groupId}, ${partitionKey(offset)}`,
        route: toCoordinator(this.desk.cluster, 'group', () => groupId),
        ask: async (link, part) => {
          const topics = byTopic(part).map(({ topic, items }) => ({
            name: topic,
            partitions: items.map(({ partition, offset, leaderEpoch, metadata = '' }) => ({
              partitionIndex: partition,
              committedOffset: offset,
              committedLeaderEpoch: leaderEpoch ?? -1,
              committedMetadata: metadata,
            })),
          }))
          const answer = await link.send(OffsetCommit, { groupId, topics }, { highestVersion })
          return partitionOutcomes(answer.topics)
        },
      },
      options,
    )
  }

  /** Deletes offsets of a group; the results are by partition. GROUP_SUBSCRIBED_TO_TOPIC. */
  deleteOffsets(
    groupId: string,
    partitions: readonly TopicPartition[],
    options: AdminCallOptions = {},
  ): Results<PartitionKey, void> {
    return this.desk.run<TopicPartition, PartitionKey, void>(
      {
        items: partitions,
        keyOf: partitionKey,
        nameOf: (partition) => `Group ${groupId}, ${partitionKey(partition)}`,
        route: toCoordinator(this.desk.cluster, 'group', () => groupId),
        ask: async (link, part) => {
          const topics = byTopic(part).map(({ topic, items }) => ({
            name: topic,
            partitions: items.map(({ partition }) => ({ partitionIndex: partition })),
          }))
          const answer = await link.send(OffsetDelete, { groupId, topics })
          checkCode(answer.errorCode)
          return partitionOutcomes(answer.topics)
        },
      },
      options,
    )
  }
}

/** Outcomes of an answer that says nothing but codes. */
function partitionOutcomes(
  topics: readonly {
    readonly name: string
    readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number }[]
  }[],
): Outcomes<PartitionKey, void> {
  return new Map(
    topics.flatMap(({ name, partitions }) => {
      return partitions.map((partition) => {
        const key = partitionKey({ topic: name, partition: partition.partitionIndex })
        return [key, outcomeOf(partition, undefined)] as const
      })
    }),
  )
}

async function fetchOffsets(
  link: OpenLink,
  questions: readonly GroupOffsetQuestion[],
  requireStable: boolean,
): Promise<Outcomes<string, readonly CommittedOffset[]>> {
  const version = link.version(OffsetFetch, highestVersion)
  if (requireStable && version < 7) {
    const message = `${link.name} cannot wait for stable offsets.`
    throw new KafkaError('UNSUPPORTED_VERSION', message)
  }
  const stable = version >= 7 ? { requireStable } : {}
  if (version >= 8) {
    const groups = questions.map(({ groupId, partitions }) => {
      return { groupId, topics: topicsOf(partitions) }
    })
    const answer = await link.sendVersion(OffsetFetch, version, { groups, ...stable })
    return new Map(
      answer.groups.map((group) => [group.groupId, outcomeOf(group, committed(group.topics))]),
    )
  }
  const outcomes: Outcomes<string, readonly CommittedOffset[]> = new Map()
  for (const { groupId, partitions } of questions) {
    const topics = topicsOf(partitions)
    const answer = await link.sendVersion(OffsetFetch, version, { groupId, topics, ...stable })
    const outcome = outcomeOf(answer, committed(answer.topics))
    outcomes.set(groupId, outcome)
  }
  return outcomes
}

function topicsOf(partitions: readonly TopicPartition[] | undefined) {
  if (partitions === undefined) return null
  return byTopic(partitions).map(({ topic, items }) => {
    return { name: topic, partitionIndexes: items.map(({ partition }) => partition) }
  })
}

type TopicAnswers = ResponseOf<typeof OffsetFetch>['topics']

/** A partition that cannot be told is an error of the whole group. */
function committed(topics: TopicAnswers): CommittedOffset[] | KafkaError {
  const offsets: CommittedOffset[] = []
  for (const { name, partitions } of topics) {
    for (const answer of partitions) {
      const { partitionIndex, committedOffset, committedLeaderEpoch, metadata, errorCode } = answer
      const place = { topic: name, partition: partitionIndex }
      if (errorCode !== 0) return named(new KafkaError(errorName(errorCode)), partitionKey(place))
      if (committedOffset < 0) continue
      const leaderEpoch = committedLeaderEpoch < 0 ? undefined : committedLeaderEpoch
      offsets.push({ ...place, offset: committedOffset, leaderEpoch, metadata: metadata ?? '' })
    }
  }
  return offsets
}
