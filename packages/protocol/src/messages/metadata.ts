/** Metadata, API key 3. */

import { api, array, bool, int16, int32, string, uuid } from '../schema/index.ts'

/**
 * Where are the brokers, topics and partition leaders? Every client asks first, and again when
 * an answer says it was wrong.
 */
export const Metadata = api(
  3,
  'Metadata',
  { versions: [0, 13], flexible: 9 },
  {
    request: {
      /** Null: all topics, empty: none. In version 0 empty means all. */
      topics: array({
        topicId: uuid.since(10).ignorable(),
        /** Null where the topic is asked for by id (12). */
        name: string.nullable(10),
      }).nullable(1),
      allowAutoTopicCreation: bool.since(4).default(true),
      includeClusterAuthorizedOperations: bool.since(8).until(10),
      includeTopicAuthorizedOperations: bool.since(8),
    },
    response: {
      throttleTimeMs: int32.since(3).default(0).ignorable(),
      /** Hosts and ports of the listener that the client came in on. */
      brokers: array({
        nodeId: int32,
        host: string,
        port: int32,
        rack: string.nullable().since(1).default(null).ignorable(),
      }),
      clusterId: string.nullable().since(2).default(null).ignorable(),
      /** Any live broker may stand here, for requests that brokers forward. */
      controllerId: int32.since(1).default(-1).ignorable(),
      topics: array({
        /**
         * UNKNOWN_TOPIC_OR_PARTITION, LEADER_NOT_AVAILABLE while a new topic elects, or an
         * invalid name.
         */
        errorCode: int16.default(0),
        /** Null where the topic was asked for by an id that is not known. */
        name: string.nullable(12),
        topicId: uuid.since(10).ignorable(),
        isInternal: bool.since(1).default(false).ignorable(),
        partitions: array({
          errorCode: int16.default(0),
          partitionIndex: int32,
          /** -1 where there is no leader. */
          leaderId: int32,
          leaderEpoch: int32.since(7).default(-1).ignorable(),
          replicaNodes: array(int32),
          isrNodes: array(int32),
          offlineReplicas: array(int32).since(5).ignorable(),
        }),
        /** Bits of the operations; the smallest int32 where they were not asked for. */
        topicAuthorizedOperations: int32.since(8).default(-2147483648),
      }),
      clusterAuthorizedOperations: int32.since(8).until(10).default(-2147483648),
      errorCode: int16.since(13).default(0).ignorable(),
    },
  },
)
