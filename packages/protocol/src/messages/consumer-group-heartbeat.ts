/** ConsumerGroupHeartbeat, API key 68. */

import { api, array, int16, int32, string, struct, uuid } from '../schema/index.ts'

const topicPartitions = { topicId: uuid, partitions: array(int32) }

/**
 * The one request of a KIP-848 member: joins, leaves, acknowledges and receives its
 * assignment.
 */
export const ConsumerGroupHeartbeat = api(
  68,
  'ConsumerGroupHeartbeat',
  { versions: [0, 1], flexible: 0 },
  {
    request: {
      groupId: string,
      /** Chosen by the member, once for its life; version 0 let the coordinator choose. */
      memberId: string,
      /**
       * 0 joins, -1 leaves, -2 leaves for a while as a static member; otherwise the last epoch
       * received.
       */
      memberEpoch: int32,
      /**
       * Null where nothing has changed since the last heartbeat; so with the fields that
       * follow.
       */
      instanceId: string.nullable().default(null),
      rackId: string.nullable().default(null),
      /** How long the member may take to give up partitions; -1: unchanged. */
      rebalanceTimeoutMs: int32.default(-1),
      subscribedTopicNames: array(string).nullable().default(null),
      subscribedTopicRegex: string.nullable().since(1).default(null),
      serverAssignor: string.nullable().default(null),
      /** What the member owns now; null: unchanged. */
      topicPartitions: array({ topicId: uuid, partitions: array(int32) })
        .nullable()
        .default(null),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable().default(null),
      memberId: string.nullable().default(null),
      memberEpoch: int32,
      heartbeatIntervalMs: int32,
      /** Null where nothing has changed. */
      assignment: struct({ topicPartitions: array(topicPartitions) })
        .nullable()
        .default(null),
    },
  },
)
