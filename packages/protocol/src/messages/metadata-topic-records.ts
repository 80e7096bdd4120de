/** Topics and partitions in KRaft's `__cluster_metadata` log. */

import { array, int32, int8, message, string, uuid } from '../schema/index.ts'

/** A topic was created. */
export const TopicRecord = message(
  'TopicRecord',
  { versions: [0, 0], flexible: 0, recordType: 2 },
  { name: string, topicId: uuid },
)

/** A topic was deleted. */
export const RemoveTopicRecord = message(
  'RemoveTopicRecord',
  { versions: [0, 0], flexible: 0, recordType: 9 },
  { topicId: uuid },
)

/** A partition was created, or its whole state in a snapshot. */
export const PartitionRecord = message(
  'PartitionRecord',
  { versions: [0, 2], flexible: 0, recordType: 3 },
  {
    partitionId: int32.default(-1),
    topicId: uuid,
    replicas: array(int32),
    isr: array(int32),
    removingReplicas: array(int32),
    addingReplicas: array(int32),
    leader: int32.default(-1),
    leaderRecoveryState: int8.tagged(0).default(0),
    leaderEpoch: int32.default(-1),
    partitionEpoch: int32.default(-1),
    directories: array(uuid).since(1),
    eligibleLeaderReplicas: array(int32).nullable().since(2).tagged(1).default(null),
    lastKnownElr: array(int32).nullable().since(2).tagged(2).default(null),
  },
)

/** A partition changed: only what differs is set. */
export const PartitionChangeRecord = message(
  'PartitionChangeRecord',
  { versions: [0, 2], flexible: 0, recordType: 5 },
  {
    partitionId: int32.default(-1),
    topicId: uuid,
    /** Null: unchanged. So with the other lists. */
    isr: array(int32).nullable().tagged(0).default(null),
    /** -1: no leader; -2: unchanged. */
    leader: int32.tagged(1).default(-2),
    replicas: array(int32).nullable().tagged(2).default(null),
    removingReplicas: array(int32).nullable().tagged(3).default(null),
    addingReplicas: array(int32).nullable().tagged(4).default(null),
    leaderRecoveryState: int8.tagged(5).default(-1),
    directories: array(uuid).nullable().since(1).tagged(8).default(null),
    eligibleLeaderReplicas: array(int32).nullable().since(2).tagged(6).default(null),
    lastKnownElr: array(int32).nullable().since(2).tagged(7).default(null),
  },
)

/** The eligible leader replicas of one topic, or of all, were cleared. */
export const ClearElrRecord = message(
  'ClearElrRecord',
  { versions: [0, 0], flexible: 0, recordType: 28 },
  { topicName: string },
)
