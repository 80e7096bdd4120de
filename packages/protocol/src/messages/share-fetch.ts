/** ShareFetch, API key 78. */

import {
  api,
  array,
  bool,
  int16,
  int32,
  int64,
  int8,
  records,
  string,
  struct,
  uuid,
} from '../schema/index.ts'

/**
 * Reads records of a share group and acknowledges earlier ones; share consumers send it to the
 * leader.
 */
export const ShareFetch = api(
  78,
  'ShareFetch',
  { versions: [1, 2], flexible: 0 },
  {
    request: {
      groupId: string.nullable().default(null),
      memberId: string.nullable(),
      /** 0 opens a session, -1 ends it; otherwise one more each time. */
      shareSessionEpoch: int32,
      maxWaitMs: int32,
      minBytes: int32,
      maxBytes: int32.default(2147483647),
      maxRecords: int32,
      batchSize: int32,
      shareAcquireMode: int8.since(2).default(0).ignorable(),
      isRenewAck: bool.since(2).default(false),
      topics: array({
        topicId: uuid,
        partitions: array({
          partitionIndex: int32,
          acknowledgementBatches: array({
            firstOffset: int64,
            lastOffset: int64,
            /**
             * One for each offset, or one for all: 0 gap, 1 accept, 2 release, 3 reject, 4
             * renew.
             */
            acknowledgeTypes: array(int8),
          }),
        }),
      }),
      forgottenTopicsData: array({ topicId: uuid, partitions: array(int32) }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable().default(null),
      acquisitionLockTimeoutMs: int32,
      responses: array({
        topicId: uuid,
        partitions: array({
          partitionIndex: int32,
          errorCode: int16.default(0),
          errorMessage: string.nullable().default(null),
          acknowledgeErrorCode: int16,
          acknowledgeErrorMessage: string.nullable().default(null),
          currentLeader: struct({ leaderId: int32, leaderEpoch: int32 }),
          records: records,
          /** Which of the records are this member's to process. */
          acquiredRecords: array({ firstOffset: int64, lastOffset: int64, deliveryCount: int16 }),
        }),
      }),
      nodeEndpoints: array({
        nodeId: int32,
        host: string,
        port: int32,
        rack: string.nullable().default(null),
      }),
    },
  },
)
