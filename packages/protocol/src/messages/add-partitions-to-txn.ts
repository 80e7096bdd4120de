/** AddPartitionsToTxn, API key 24. */

import { api, array, bool, int16, int32, int64, string } from '../schema/index.ts'

const addPartitionsToTxnTopic = { name: string, partitions: array(int32) }

const addPartitionsToTxnPartitionResult = {
  partitionIndex: int32,
  /** OPERATION_NOT_ATTEMPTED for the partitions beside one that failed. */
  partitionErrorCode: int16,
}

const addPartitionsToTxnTopicResult = {
  name: string,
  resultsByPartition: array(addPartitionsToTxnPartitionResult),
}

/**
 * Adds partitions to a transaction: sent by producers to the coordinator, and by leaders to
 * verify (KIP-890).
 */
export const AddPartitionsToTxn = api(
  24,
  'AddPartitionsToTxn',
  { versions: [0, 5], flexible: 3 },
  {
    request: {
      /** Versions from 4 on, between brokers; clients stay at 3. */
      transactions: array({
        transactionalId: string,
        producerId: int64,
        producerEpoch: int16,
        /** Only check that the partitions are in the transaction; add nothing. */
        verifyOnly: bool.default(false),
        topics: array(addPartitionsToTxnTopic),
      }).since(4),
      v3AndBelowTransactionalId: string.until(3),
      v3AndBelowProducerId: int64.until(3),
      v3AndBelowProducerEpoch: int16.until(3),
      v3AndBelowTopics: array(addPartitionsToTxnTopic).until(3),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.since(4).default(0).ignorable(),
      resultsByTransaction: array({
        transactionalId: string,
        topicResults: array(addPartitionsToTxnTopicResult),
      }).since(4),
      resultsByTopicV3AndBelow: array(addPartitionsToTxnTopicResult).until(3),
    },
  },
)
