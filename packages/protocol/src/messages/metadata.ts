/** Metadata, API key 3. */

import { api, array, bool, int16, int32, string, uuid } from '../schema/index.ts'

/** ? */
export const Metadata = api(
  3,
  'Metadata',
  { versions: [0, 13], flexible: 9 },
  {
    request: {
      topics: array({ topicId: uuid.since(10).ignorable(), name: string.nullable(10) }).nullable(1),
      allowAutoTopicCreation: bool.since(4).default(true),
      includeClusterAuthorizedOperations: bool.since(8).until(10),
      includeTopicAuthorizedOperations: bool.since(8),
    },
    response: {
      throttleTimeMs: int32.since(3).default(0).ignorable(),
      brokers: array({
        nodeId: int32,
        host: string,
        port: int32,
        rack: string.nullable().since(1).default(null).ignorable(),
      }),
      clusterId: string.nullable().since(2).default(null).ignorable(),
      controllerId: int32.since(1).default(-1).ignorable(),
      topics: array({
        errorCode: int16.default(0),
        name: string.nullable(12),
        topicId: uuid.since(10).ignorable(),
        isInternal: bool.since(1).default(false).ignorable(),
        partitions: array({
          errorCode: int16.default(0),
          partitionIndex: int32,
          leaderId: int32,
          leaderEpoch: int32.since(7).default(-1).ignorable(),
          replicaNodes: array(int32),
          isrNodes: array(int32),
          offlineReplicas: array(int32).since(5).ignorable(),
        }),
        topicAuthorizedOperations: int32.since(8).default(-2147483648),
      }),
      clusterAuthorizedOperations: int32.since(8).until(10).default(-2147483648),
      errorCode: int16.since(13).default(0).ignorable(),
    },
  },
)
