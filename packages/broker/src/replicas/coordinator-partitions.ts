// The log as coordinators see it: one internal topic whose partitions hold the records of replicated state machines.
// Records are appended as leader in call order and count once they are committed; a partition is loaded by replay when
// this broker becomes its leader.

import type { VerificationGuard } from '@samsa/log'
import type { RecordBatch } from '@samsa/protocol'

/** Told when this broker becomes or stops being the leader of a partition of the topic. */
export interface LeadershipListener {
  elected(partition: number, leaderEpoch: number): void
  resigned(partition: number, leaderEpoch: number): void
}

/** What the log wants to know of batches that belong to transactions. */
export interface TransactionalAppend {
  /** Of records: proof that the transaction's coordinator knows of this partition (KIP-890). */
  readonly verificationGuard?: VerificationGuard | undefined
  /** Of markers: 2 demands an epoch above the one of the transaction's records (KIP-1228). */
  readonly transactionVersion?: number
}

/** One instance for __consumer_offsets, one for __transaction_state. */
export interface CoordinatorPartitions {
  readonly topic: string
  /** Partitions of the topic; before it exists, as many as it will have. */
  partitionCount(): number
  /** Creates the topic on first use, compacted, from the settings offsets.topic.* or transaction.state.log.*. */
  ensureTopic(): Promise<void>
  /** Broker id of the leader and its epoch; undefined while there is none or the topic does not exist. */
  leader(partition: number): { readonly brokerId: number; readonly leaderEpoch: number } | undefined
  /**
   * Appends one record batch as leader; offsets and epoch are assigned at the call, in call order. Resolves when it is
   * committed (the high watermark has passed it). Rejects with a KafkaError (NOT_LEADER_OR_FOLLOWER, NOT_ENOUGH_REPLICAS,
   * KAFKA_STORAGE_ERROR …). The batch is copied before the call returns.
   */
  append(
    partition: number,
    batch: Buffer,
    transactional?: TransactionalAppend,
  ): Promise<{ readonly baseOffset: number; readonly lastOffset: number }>
  /**
   * All committed and uncommitted batches from the log start to the log end as of the call, in order. The view is valid
   * only during the call of `onBatch`.
   */
  replay(partition: number, onBatch: (batch: RecordBatch) => void): Promise<void>
  /** Is told of leadership from now on, and at once of what this broker leads already. */
  onLeadership(listener: LeadershipListener): () => void
}
