/** BeginQuorumEpoch, API key 53. */

import { api, array, int16, int32, string, uint16, uuid } from '../schema/index.ts'

/** A new KRaft leader announces itself to the voters. */
export const BeginQuorumEpoch = api(
  53,
  'BeginQuorumEpoch',
  { versions: [0, 1], flexible: 1 },
  {
    request: {
      clusterId: string.nullable().default(null),
      voterId: int32.since(1).default(-1).ignorable(),
      topics: array({
        topicName: string,
        partitions: array({
          partitionIndex: int32,
          voterDirectoryId: uuid.since(1).ignorable(),
          leaderId: int32,
          leaderEpoch: int32,
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
