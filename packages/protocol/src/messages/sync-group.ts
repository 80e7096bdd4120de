/** SyncGroup, API key 14. */

import { api, array, bytes, int16, int32, string } from '../schema/index.ts'

/**
 * The leader of a classic group hands in the assignment, and every member receives its part.
 */
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
      /** From the leader alone; others send none. */
      assignments: array({ memberId: string, assignment: bytes }),
    },
    response: {
      throttleTimeMs: int32.since(1).default(0).ignorable(),
      errorCode: int16.default(0),
      protocolType: string.nullable().since(5).default(null).ignorable(),
      protocolName: string.nullable().since(5).default(null).ignorable(),
      /** Empty where the leader gave this member nothing. */
      assignment: bytes,
    },
  },
)
