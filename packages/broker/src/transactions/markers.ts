// Transaction markers as they are asked for and answered, by this broker or another one (WriteTxnMarkers).

import type { ErrorName } from '@samsa/protocol'
import type { TopicPartition, TopicPartitions } from './topic-partitions.ts'

/** The end of one producer's transaction in some partitions. */
export interface MarkerRequest {
  readonly producerId: number
  readonly producerEpoch: number
  readonly isCommit: boolean
  readonly coordinatorEpoch: number
  /** 2: the epoch must be higher than the one of the transaction's records (KIP-1228). */
  readonly transactionVersion: number
  readonly partitions: TopicPartitions
}

/** What became of a marker in one partition; no error once it is committed. */
export interface MarkerResult extends TopicPartition {
  readonly error?: ErrorName
}

/** Other brokers of the cluster, as the coordinator needs them. */
export interface TransactionPeers {
  /** Has another broker write markers. Rejects with a KafkaError when it cannot be asked. */
  writeMarkers(brokerId: number, request: MarkerRequest): Promise<readonly MarkerResult[]>
  /**
   * Asks the coordinator on another broker whether partitions are part of a transaction, or has it add them
   * (AddPartitionsToTxn from version 4 on).
   */
  addPartitions(
    brokerId: number,
    request: {
      readonly transactionalId: string
      readonly producerId: number
      readonly producerEpoch: number
      readonly partitions: TopicPartitions
      readonly isVerifyOnly: boolean
    },
  ): Promise<readonly MarkerResult[]>
}
