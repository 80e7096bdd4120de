/** UpdateRaftVoter, API key 82. */

import { api, array, int16, int32, string, struct, uint16, uuid } from '../schema/index.ts'

/** A KRaft voter tells the leader its present endpoints and versions. */
export const UpdateRaftVoter = api(
  82,
  'UpdateRaftVoter',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      clusterId: string.nullable(),
      currentLeaderEpoch: int32,
      voterId: int32,
      voterDirectoryId: uuid,
      listeners: array({ name: string, host: string, port: uint16 }),
      kRaftVersionFeature: struct({ minSupportedVersion: int16, maxSupportedVersion: int16 }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      currentLeader: struct({
        leaderId: int32.default(-1),
        leaderEpoch: int32.default(-1),
        host: string,
        port: int32,
      }).tagged(0),
    },
  },
)
