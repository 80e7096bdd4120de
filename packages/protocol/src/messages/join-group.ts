/** JoinGroup, API key 11. */

import { api, array, bool, bytes, int16, int32, string } from '../schema/index.ts'

/** ? */
export const JoinGroup = api(
  11,
  'JoinGroup',
  { versions: [0, 9], flexible: 6 },
  {
    request: {
      groupId: string,
      sessionTimeoutMs: int32,
      rebalanceTimeoutMs: int32.since(1).default(-1).ignorable(),
      memberId: string,
      groupInstanceId: string.nullable().since(5).default(null),
      protocolType: string,
      protocols: array({ name: string, metadata: bytes }),
      reason: string.nullable().since(8).default(null).ignorable(),
    },
    response: {
      throttleTimeMs: int32.since(2).default(0).ignorable(),
      errorCode: int16.default(0),
      generationId: int32.default(-1),
      protocolType: string.nullable().since(7).default(null).ignorable(),
      protocolName: string.nullable(7),
      leader: string,
      skipAssignment: bool.since(9).default(false),
      memberId: string,
      members: array({
        memberId: string,
        groupInstanceId: string.nullable().since(5).default(null).ignorable(),
        metadata: bytes,
      }),
    },
  },
)
