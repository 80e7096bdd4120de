// Writes of metadata, as a handler sees them: carried to the active controller, resolved once this broker's own
// MetadataView has applied the change, so that the next Metadata request on any connection sees it.

import type { ErrorName } from '@samsa/protocol'

/** A topic to create. */
export interface TopicSpec {
  readonly name: string
  /** -1: the broker's default. */
  readonly partitionCount: number
  /** -1: the broker's default. */
  readonly replicationFactor: number
  /** Replicas by partition, when the client places them itself. */
  readonly assignments?: ReadonlyMap<number, readonly number[]>
  readonly configs: ReadonlyMap<string, string>
}

/** A topic that was created, or would have been. */
export interface CreatedTopic {
  readonly topicId: string
  readonly partitionCount: number
  readonly replicationFactor: number
}

/** More partitions for a topic. */
export interface PartitionsSpec {
  readonly topic: string
  /** The new total. */
  readonly partitionCount: number
  /** Replicas of each new partition, when the client places them itself. */
  readonly assignments?: readonly (readonly number[])[]
}

/** A member of an in-sync set, with the epoch of its registration; -1 where that is not known. */
export interface InSyncMember {
  readonly brokerId: number
  readonly brokerEpoch: number
}

/** A leader's proposal of another in-sync set. It ends the recovery of an unclean election. */
export interface IsrChange {
  readonly topicId: string
  readonly partition: number
  /** Of the leader who proposes. */
  readonly leaderEpoch: number
  /** Of the state that the proposal would change. */
  readonly partitionEpoch: number
  readonly isr: readonly InSyncMember[]
}

/** What became of a proposal; no error once it holds. */
export interface IsrChangeResult {
  readonly error?: ErrorName
}

/** One partition. */
export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** 'preferred': the first replica; 'unclean': any live one, if there is no leader. */
export type ElectionType = 'preferred' | 'unclean'

/** How a write is carried out. */
export interface WriteOptions {
  /** Checks everything and changes nothing. */
  readonly validateOnly?: boolean
  /** REQUEST_TIMED_OUT after this long; what was asked for may still happen. 30 s when absent. */
  readonly timeoutMs?: number
}

/** The controller's services. Rejections are KafkaErrors. */
export interface Controller {
  /** One promise per topic, settled one by one. */
  createTopic(spec: TopicSpec, options?: WriteOptions): Promise<CreatedTopic>
  /** Puts a tombstone in the topic's place. Rejects with UNKNOWN_TOPIC_ID. */
  deleteTopic(topicId: string, options?: WriteOptions): Promise<void>
  createPartitions(spec: PartitionsSpec, options?: WriteOptions): Promise<void>
  /**
   * Elects the leader of a partition. Rejects with ELECTION_NOT_NEEDED, PREFERRED_LEADER_NOT_AVAILABLE,
   * ELIGIBLE_LEADERS_NOT_AVAILABLE, UNKNOWN_TOPIC_OR_PARTITION.
   */
  electLeader(partition: TopicPartition, type: ElectionType, options?: WriteOptions): Promise<void>
  /** Moves a partition to these replicas; null cancels a move under way. Rejects with NO_REASSIGNMENT_IN_PROGRESS … */
  reassign(
    partition: TopicPartition,
    replicas: readonly number[] | null,
    options?: WriteOptions & { readonly keepReplicationFactor?: boolean },
  ): Promise<void>
  /**
   * Changes in-sync sets as the broker `leader` proposes; one result for each change, in order. Rejects with
   * STALE_BROKER_EPOCH when the broker has been registered anew.
   */
  alterPartition(
    leader: InSyncMember,
    changes: readonly IsrChange[],
    options?: WriteOptions,
  ): Promise<readonly IsrChangeResult[]>
  /** A block of producer ids nobody else has. */
  allocateProducerIds(): Promise<{ readonly first: number; readonly count: number }>
}
