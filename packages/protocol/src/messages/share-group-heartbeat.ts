/** ShareGroupHeartbeat, API key 76. */

import { api, array, int16, int32, string, struct, uuid } from '../schema/index.ts'

const topicPartitions = { topicId: uuid, partitions: array(int32) }

/**
 * The one request of a share group's member (KIP-932): joins, leaves and receives its
 * assignment.
 */
export const ShareGroupHeartbeat = api(
  76,
  'ShareGroupHeartbeat',
  { versions: [1, 1], flexible: 0 },
  {
    request: {
      groupId: string,
      memberId: string,
      /** 0 joins, -1 leaves; otherwise the last epoch received. */
      memberEpoch: int32,
      rackId: string.nullable().default(null),
      subscribedTopicNames: array(string).nullable().default(null),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable().default(null),
      memberId: string.nullable().default(null),
      memberEpoch: int32,
      heartbeatIntervalMs: int32,
      assignment: struct({ topicPartitions: array(topicPartitions) })
        .nullable()
        .default(null),
    },
  },
)
