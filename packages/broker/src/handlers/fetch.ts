// Fetch (key 1): records from an offset on, as many as asked for or after a wait. A fetch in the middle of a batch gets
// the whole batch; what was read is sent by reference and given back when it has left.
//
// - Brokers ask as followers: they read to the log's end, and how far they are decides what is committed.
// - Version 7 has sessions (KIP-227), 9 and 12 check leader epochs (KIP-320, KIP-595), 13 names topics by id (KIP-516).
// - Consumers of version 11 and later are served by followers too, and sent to the one in their rack (KIP-392).

import type { AbortedTransaction } from '@samsa/log'
import { Fetch, KafkaError, type RequestOf, type ResponseInput, ZERO_UUID } from '@samsa/protocol'
import {
  fetch as fetchPartitions,
  type Fetched,
  type FetchingFollower,
  type ReplicaChoice,
} from '../replicas/fetch.ts'
import type { FetchTarget, ForgottenPartition } from '../replicas/fetch-session.ts'
import type { SessionAnswer } from '../replicas/fetch-sessions.ts'
import type { Partition } from '../replicas/partition.ts'
import { preferredFollower, selectsByRack } from '../replicas/read-replica.ts'
import { handle } from './handle.ts'
import { nodeEndpoints } from './leader-hint.ts'
import { addressOf } from './node-endpoints.ts'
import type { RequestContext } from './request-context.ts'

type Request = RequestOf<typeof Fetch>
type Response = ResponseInput<typeof Fetch>
type TopicAnswer = { topic: string; topicId: string; partitions: PartitionAnswer[] }
type PartitionAnswer = Response['responses'][number]['partitions'][number]

const readCommitted = 1
const noBytes = Buffer.alloc(0)

/** Reads the partitions the request or its session names. */
export const fetch = handle(Fetch, answer, {
  versions: [4, 18],
  failed: (_request, errorCode) => ({ errorCode, responses: [] }),
})

async function answer(request: Request, context: RequestContext): Promise<Response> {
  const usesTopicIds = context.version >= 13
  const { replicas, settings, fetchBudget } = context
  const { leaderThrottle: throttle } = replicas
  const follower = followerOf(request, context)
  const session = replicas.fetchSessions.resolve({
    sessionId: request.sessionId,
    sessionEpoch: request.sessionEpoch,
    usesTopicIds,
    targets: targetsOf(request, context),
    forgotten: forgottenOf(request),
  })
  await replicas.reconciled()
  const outcome = await fetchPartitions(
    (target) => find(target, { usesTopicIds, isFollower: follower !== undefined }, context),
    session.targets.map((target) => named(target, usesTopicIds, context)),
    {
      minBytes: request.minBytes,
      maxBytes: Math.min(request.maxBytes, settings.get('fetch.max.bytes')),
      maxWaitMs: Math.max(0, request.maxWaitMs),
      visibility:
        follower !== undefined
          ? 'log-end'
          : request.isolationLevel === readCommitted
            ? 'last-stable'
            : 'high-watermark',
      follower: follower && { ...follower, toldHighWatermark: toldOf(session, context), throttle },
      replicaChoice: follower === undefined ? replicaChoiceOf(request, context) : undefined,
    },
    {
      budget: fetchBudget,
      wheel: context.wheel,
      clock: context.world.clock,
      followers: replicas.waitingFollowers,
    },
    context.connection.closed,
  )
  if (follower === undefined) context.traffic.sent(outcome.sizeInBytes)
  else {
    replicas.replicationMetrics.sent(outcome.sizeInBytes)
    for (const { target, result } of outcome.fetched) {
      if (result !== undefined && throttle.covers(target.topic, target.partition)) {
        throttle.spend(result.sizeInBytes)
      }
    }
  }
  context.onSent(() => outcome.release())
  return responseOf(outcome.fetched, session, request, context)
}

/** The broker that asks, if one does; only brokers may ask as one. */
function followerOf(
  request: Request,
  context: RequestContext,
): Pick<FetchingFollower, 'brokerId' | 'brokerEpoch'> | undefined {
  const { replicaId, replicaEpoch } =
    context.version >= 15
      ? request.replicaState
      : { replicaId: request.replicaId, replicaEpoch: -1 }
  if (replicaId < 0) return undefined
  context.authorize('ClusterAction', 'Cluster', 'kafka-cluster')
  return { brokerId: replicaId, brokerEpoch: replicaEpoch }
}

/**
 * What a follower was told of the high watermark, where it should learn of a new one at once: consumers may read there,
 * and see no more than it knows to be committed.
 */
function toldOf(
  { session }: SessionAnswer,
  { settings }: RequestContext,
): FetchingFollower['toldHighWatermark'] {
  if (session === undefined || !selectsByRack(settings.get('replica.selector.class'))) {
    return undefined
  }
  return (target) => session.toldHighWatermark(target)
}

/** How a consumer chooses among replicas; undefined for one that knows of leaders only. */
function replicaChoiceOf(request: Request, context: RequestContext): ReplicaChoice | undefined {
  if (context.version < 11) return undefined
  const { rackId } = request
  if (rackId === '' || !selectsByRack(context.settings.get('replica.selector.class'))) return leader
  const rackOf = (brokerId: number): string | undefined => {
    const broker = context.metadata.broker(brokerId)
    if (broker === undefined || broker.fenced || addressOf(context, broker) === undefined) {
      return undefined
    }
    return broker.rack ?? undefined
  }
  return (partition, offset) => {
    if (partition.role.kind !== 'leader') return undefined
    const followers = partition.readableFollowers(offset)
    return preferredFollower(rackId, { leaderId: context.brokerId, followers, rackOf })
  }
}

function leader(): undefined {}

function targetsOf(request: Request, context: RequestContext): FetchTarget[] {
  const usesTopicIds = context.version >= 13
  return request.topics.flatMap(({ topic: said, topicId, partitions }) => {
    const topic = usesTopicIds ? (context.metadata.topicById(topicId)?.name ?? '') : said
    return partitions.map((partition) => ({
      topic,
      topicId: usesTopicIds ? topicId : ZERO_UUID,
      partition: partition.partition,
      fetchOffset: partition.fetchOffset,
      currentLeaderEpoch: partition.currentLeaderEpoch,
      lastFetchedEpoch: partition.lastFetchedEpoch,
      logStartOffset: partition.logStartOffset,
      maxBytes: partition.partitionMaxBytes,
    }))
  })
}

function forgottenOf(request: Request): ForgottenPartition[] {
  return request.forgottenTopicsData.flatMap(({ topic, topicId, partitions }) =>
    partitions.map((partition) => ({ topic, topicId, partition })),
  )
}

/** A target with the name its topic has now: a session outlives what was known when it was opened. */
function named(target: FetchTarget, usesTopicIds: boolean, context: RequestContext): FetchTarget {
  if (!usesTopicIds) return target
  const topic = context.metadata.topicById(target.topicId)?.name ?? ''
  return topic === target.topic ? target : { ...target, topic }
}

function find(
  target: FetchTarget,
  { usesTopicIds, isFollower }: { readonly usesTopicIds: boolean; readonly isFollower: boolean },
  context: RequestContext,
): Partition {
  if (usesTopicIds && target.topic === '') {
    throw new KafkaError('UNKNOWN_TOPIC_ID', target.topicId)
  }
  if (!isFollower) context.authorize('Read', 'Topic', target.topic)
  const partition = context.replicas.partition(target.topic, target.partition)
  if (usesTopicIds && partition.topicId !== target.topicId) {
    throw new KafkaError('INCONSISTENT_TOPIC_ID', target.topicId)
  }
  return partition
}

function responseOf(
  fetched: readonly Fetched[],
  { session, incremental }: SessionAnswer,
  request: Request,
  context: RequestContext,
): Response {
  const responses: TopicAnswer[] = []
  const leaders = new Set<number>()
  let last: TopicAnswer | undefined
  for (const one of fetched) {
    const { target, result, currentLeader } = one
    const news = session?.tell(target, {
      errorCode: one.errorCode,
      highWatermark: one.highWatermark,
      logStartOffset: one.logStartOffset,
      sizeInBytes: result?.sizeInBytes ?? 0,
      diverging: one.divergingEpoch !== undefined,
      preferredReadReplica: one.preferredReadReplica,
    })
    if (incremental && news === false) continue
    if (last === undefined || last.topic !== target.topic || last.topicId !== target.topicId) {
      last = { topic: target.topic, topicId: target.topicId, partitions: [] }
      responses.push(last)
    }
    if (currentLeader !== undefined && currentLeader.leaderId !== -1) {
      leaders.add(currentLeader.leaderId)
    }
    last.partitions.push(partitionAnswer(one, request.isolationLevel, context.version))
  }
  return {
    sessionId: session?.id ?? 0,
    responses,
    ...(context.version >= 16 && leaders.size > 0
      ? { nodeEndpoints: nodeEndpoints(context, leaders) }
      : {}),
  }
}

/**
 * Logs keep aborted transactions by their end. kafkajs drops the records of those at the head of the list only, so one that
 * began earlier and ended later would be seen; the order of their begin serves every client.
 */
function inOrderOfBegin(aborted: readonly AbortedTransaction[]): readonly AbortedTransaction[] {
  if (aborted.length < 2) return aborted
  return aborted.toSorted((a, b) => a.firstOffset - b.firstOffset)
}

function partitionAnswer(one: Fetched, isolationLevel: number, version: number): PartitionAnswer {
  const { result, divergingEpoch, currentLeader } = one
  return {
    partitionIndex: one.target.partition,
    errorCode: one.errorCode,
    highWatermark: one.highWatermark,
    lastStableOffset: one.lastStableOffset,
    logStartOffset: one.logStartOffset,
    abortedTransactions:
      isolationLevel === readCommitted && one.errorCode === 0
        ? inOrderOfBegin(result?.abortedTransactions ?? [])
        : null,
    records: result?.chunks ?? noBytes,
    ...(one.preferredReadReplica === -1 ? {} : { preferredReadReplica: one.preferredReadReplica }),
    ...(version >= 12 && divergingEpoch !== undefined ? { divergingEpoch } : {}),
    ...(version >= 12 && currentLeader !== undefined ? { currentLeader } : {}),
  }
}
