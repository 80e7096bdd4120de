// What a program is told when the partitions of its consumer change.

import type { PartitionName } from './offset-lookup.ts'

/** A partition that this consumer has. */
export interface AssignedPartition extends PartitionName {
  /** Aborts when the partition is given up or lost: whoever works for it should come to an end. */
  readonly signal: AbortSignal
}

/**
 * Functions that are called one after the other, and waited for. What they throw ends the loop that reads. In them the
 * consumer may seek, pause, resume and commit.
 */
export interface RebalanceListener {
  /** Partitions are new; nothing of them is read before this is done. */
  readonly onAssigned?: (partitions: readonly AssignedPartition[]) => void | Promise<void>
  /** Partitions are given up; what was processed is committed, and this consumer still is their owner. */
  readonly onRevoked?: (partitions: readonly AssignedPartition[]) => void | Promise<void>
  /** Partitions were lost and may be read by others; nothing can be committed. As `onRevoked` if absent. */
  readonly onLost?: (partitions: readonly AssignedPartition[]) => void | Promise<void>
  /** No record was asked for within `maxPollIntervalMs`: the consumer left its group until somebody reads again. */
  readonly onStalled?: () => void
}
