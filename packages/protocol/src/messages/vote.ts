/** Vote, API key 52. */

import { api, array, bool, int16, int32, int64, string, uint16, uuid } from '../schema/index.ts'

/** A candidate of a KRaft quorum asks for a vote. */
export const Vote = api(
  52,
  'Vote',
  { versions: [0, 2], flexible: 0 },
  {
    request: {
      clusterId: string.nullable().default(null),
      voterId: int32.since(1).default(-1).ignorable(),
      topics: array({
        topicName: string,
        partitions: array({
          partitionIndex: int32,
          replicaEpoch: int32,
          replicaId: int32,
          replicaDirectoryId: uuid.since(1).ignorable(),
          voterDirectoryId: uuid.since(1).ignorable(),
          lastOffsetEpoch: int32,
          lastOffset: int64,
          preVote: bool.since(2),
        }),
      }),
    },
    response: {
      errorCode: int16.default(0),
      topics: array({
        topicName: string,
        partitions: array({
          partitionIndex: int32,
          errorCode: int16.default(0),
          leaderId: int32,
          leaderEpoch: int32,
          voteGranted: bool,
        }),
      }),
      nodeEndpoints: array({ nodeId: int32, host: string, port: uint16 }).since(1).tagged(0),
    },
  },
)
