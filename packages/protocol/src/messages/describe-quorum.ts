/** DescribeQuorum, API key 55. */

import { api, array, int16, int32, int64, string, uint16, uuid } from '../schema/index.ts'

const replicaState = {
  replicaId: int32,
  replicaDirectoryId: uuid.since(2),
  logEndOffset: int64,
  lastFetchTimestamp: int64.since(1).default(-1).ignorable(),
  lastCaughtUpTimestamp: int64.since(1).default(-1).ignorable(),
}

/** State of the KRaft quorum: voters, observers and how far each has come; admin tools ask. */
export const DescribeQuorum = api(
  55,
  'DescribeQuorum',
  { versions: [0, 2], flexible: 0 },
  {
    request: {
      topics: array({
        topicName: string,
        partitions: array({ partitionIndex: int32 }),
      }),
    },
    response: {
      errorCode: int16.default(0),
      errorMessage: string.nullable().since(2).ignorable(),
      topics: array({
        topicName: string,
        partitions: array({
          partitionIndex: int32,
          errorCode: int16.default(0),
          errorMessage: string.nullable().since(2).ignorable(),
          leaderId: int32,
          leaderEpoch: int32,
          highWatermark: int64,
          currentVoters: array(replicaState),
          observers: array(replicaState),
        }),
      }),
      nodes: array({
        nodeId: int32,
        listeners: array({ name: string, host: string, port: uint16 }),
      }).since(2),
    },
  },
)
