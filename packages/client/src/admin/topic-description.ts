// What admin calls say of topics.

import { KafkaError, type Metadata, type ResponseOf } from '@samsa/protocol'
import type { AclOperation } from './operations.ts'
import { operationsIn } from './operations.ts'

/** A topic by its name, or by its id. */
export type TopicReference = string | { readonly topicId: string }

/** A topic in a list. */
export interface TopicListing {
  readonly name: string
  /** The zero uuid where the broker does not say. */
  readonly topicId: string
  readonly isInternal: boolean
}

/** A partition and its replicas. */
export interface PartitionDescription {
  readonly partition: number
  /** Undefined where there is no leader. */
  readonly leaderId: number | undefined
  /** -1 where the broker does not say. */
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly inSyncReplicas: readonly number[]
  readonly offlineReplicas: readonly number[]
  /** Who may lead beside the in-sync replicas (KIP-966); undefined where the broker does not say. */
  readonly eligibleLeaderReplicas: readonly number[] | undefined
  readonly lastKnownEligibleLeaderReplicas: readonly number[] | undefined
}

/** A topic and its partitions. */
export interface TopicDescription extends TopicListing {
  readonly partitions: readonly PartitionDescription[]
  /** Undefined unless it was asked for. */
  readonly authorizedOperations: readonly AclOperation[] | undefined
}

/** The key of a topic in results: its name, or the id it was asked for by. */
export function topicKey(topic: TopicReference): string {
  return typeof topic === 'string' ? topic : topic.topicId
}

interface PartitionAnswer {
  readonly partitionIndex: number
  readonly leaderId: number
  readonly leaderEpoch: number
  readonly replicaNodes: readonly number[]
  readonly isrNodes: readonly number[]
  readonly offlineReplicas: readonly number[]
  readonly eligibleLeaderReplicas?: readonly number[] | null
  readonly lastKnownElr?: readonly number[] | null
}

/** A partition of an answer. */
export function partitionDescription(answer: PartitionAnswer): PartitionDescription {
  return {
    partition: answer.partitionIndex,
    leaderId: answer.leaderId < 0 ? undefined : answer.leaderId,
    leaderEpoch: answer.leaderEpoch,
    replicas: answer.replicaNodes,
    inSyncReplicas: answer.isrNodes,
    offlineReplicas: answer.offlineReplicas,
    eligibleLeaderReplicas: answer.eligibleLeaderReplicas ?? undefined,
    lastKnownEligibleLeaderReplicas: answer.lastKnownElr ?? undefined,
  }
}

/** A topic of a Metadata answer. */
export function topicDescription(
  answer: ResponseOf<typeof Metadata>['topics'][number],
): TopicDescription | KafkaError {
  if (answer.errorCode !== 0) return KafkaError.of(answer.errorCode)
  return {
    name: answer.name ?? '',
    topicId: answer.topicId,
    isInternal: answer.isInternal,
    partitions: answer.partitions
      .map(partitionDescription)
      .sort((a, b) => a.partition - b.partition),
    authorizedOperations: operationsIn(answer.topicAuthorizedOperations),
  }
}
