// The partitions this broker hosts, as handlers and coordinators see them.

import type { LogDirectories } from '@samsa/log'
import type { ReplicaMoves } from '../directories/replica-moves.ts'
import type { FetchSessions } from './fetch-sessions.ts'
import type { Partition } from './partition.ts'
import type { DataWaiter } from './partition-waiters.ts'
import type { ReplicationMetrics } from './replication-metrics.ts'
import type { ReplicationThrottle } from './replication-throttles.ts'

/** The partitions hosted here. */
export interface Replicas {
  /** What lies on the disks. */
  readonly logs: LogDirectories
  /** Replicas on their way to another log directory. */
  readonly moves: ReplicaMoves
  /** Incremental fetch sessions of this broker. */
  readonly fetchSessions: FetchSessions
  /** Fetches of followers that wait for records now. */
  readonly waitingFollowers: Set<DataWaiter>
  /** Counts what replication does. */
  readonly replicationMetrics: ReplicationMetrics
  /** Holds back what this broker sends to followers. */
  readonly leaderThrottle: ReplicationThrottle
  /**
   * The replica hosted here. Throws UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER when other brokers host it, or
   * KAFKA_STORAGE_ERROR when its disk is offline.
   */
  partition(topic: string, partition: number): Partition
  /** Every replica hosted here. */
  partitions(): Iterable<Partition>
  /**
   * Resolves when what metadata says now is carried out here: logs created, leadership taken. `undefined` when it is
   * already. Whoever was just told of a topic asks this before he gets NOT_LEADER_OR_FOLLOWER.
   */
  reconciled(): Promise<void> | undefined
}
