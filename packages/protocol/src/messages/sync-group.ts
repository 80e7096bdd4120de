/** SyncGroup, API key 14. */

import { api, array, bytes, int16, int32, string } from '../schema/index.ts'

/** ? */
export const SyncGroup = api(
  14,
  'SyncGroup',
  { versions: [0, 5], flexible: 4 },
  {
    request: {
      groupId: string,
      generationId: int32,
      memberId: string,
      groupInstanceId: string.nullable().since(3).default(null),
      protocolType: string.nullable().since(5).default(null).ignorable(),
      protocolName: string.nullable().since(5).default(null).ignorable(),
      assignments: array({ memberId: string, assignment: bytes }),
    },
    response: {
      throttleTimeMs: int32.since(1).default(0).ignorable(),
      errorCode: int16.default(0),
      protocolType: string.nullable().since(5).default(null).ignorable(),
      protocolName: string.nullable().since(5).default(null).ignorable(),
      assignment: bytes,
    },
  },
)
