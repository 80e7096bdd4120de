/** LeaveGroup, API key 13. */

import { api, array, int16, int32, string } from '../schema/index.ts'

/** Members leave a classic group, or an admin removes them. */
export const LeaveGroup = api(
  13,
  'LeaveGroup',
  { versions: [0, 5], flexible: 4 },
  {
    request: {
      groupId: string,
      memberId: string.until(2),
      /** Several members at once, by instance id where they are static (KIP-345). */
      members: array({
        memberId: string,
        groupInstanceId: string.nullable().default(null),
        reason: string.nullable().since(5).default(null).ignorable(),
      }).since(3),
    },
    response: {
      throttleTimeMs: int32.since(1).default(0).ignorable(),
      errorCode: int16.default(0),
      members: array({
        memberId: string,
        groupInstanceId: string.nullable(),
        errorCode: int16.default(0),
      }).since(3),
    },
  },
)
