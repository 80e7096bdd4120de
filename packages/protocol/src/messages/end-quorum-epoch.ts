/** EndQuorumEpoch, API key 54. */

import { api, array, int16, int32, string, uint16, uuid } from '../schema/index.ts'

/** A KRaft leader resigns and names those who should follow. */
export const EndQuorumEpoch = api(
  54,
  'EndQuorumEpoch',
  { versions: [0, 1], flexible: 1 },
  {
    request: {
      clusterId: string.nullable().default(null),
      topics: array({
        topicName: string,
        partitions: array({
          partitionIndex: int32,
          leaderId: int32,
          leaderEpoch: int32,
          preferredSuccessors: array(int32).until(0).ignorable(),
          preferredCandidates: array({ candidateId: int32, candidateDirectoryId: uuid })
            .since(1)
            .ignorable(),
        }),
      }),
      leaderEndpoints: array({ name: string, host: string, port: uint16 }).since(1).ignorable(),
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
        }),
      }),
      nodeEndpoints: array({ nodeId: int32, host: string, port: uint16 }).since(1).tagged(0),
    },
  },
)
