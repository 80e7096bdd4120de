/** ShareAcknowledge, API key 79. */

import {
  api,
  array,
  bool,
  int16,
  int32,
  int64,
  int8,
  string,
  struct,
  uuid,
} from '../schema/index.ts'

/**
 * Acknowledges records of a share group without reading more; share consumers send it to the
 * leader.
 */
export const ShareAcknowledge = api(
  79,
  'ShareAcknowledge',
  { versions: [1, 2], flexible: 0 },
  {
    request: {
      groupId: string.nullable().default(null),
      memberId: string.nullable(),
      shareSessionEpoch: int32,
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
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable().default(null),
      acquisitionLockTimeoutMs: int32.since(2).ignorable(),
      responses: array({
        topicId: uuid,
        partitions: array({
          partitionIndex: int32,
          errorCode: int16.default(0),
          errorMessage: string.nullable().default(null),
          currentLeader: struct({ leaderId: int32, leaderEpoch: int32 }),
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
