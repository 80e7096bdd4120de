/** RemoveRaftVoter, API key 81. */

import { api, int16, int32, string, uuid } from '../schema/index.ts'

/** Removes a voter from the KRaft quorum; admin tools and controllers send it. */
export const RemoveRaftVoter = api(
  81,
  'RemoveRaftVoter',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      clusterId: string.nullable(),
      voterId: int32,
      voterDirectoryId: uuid,
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable().ignorable(),
    },
  },
)
