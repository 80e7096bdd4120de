/** Heartbeat, API key 12. */

import { api, int16, int32, string } from '../schema/index.ts'

/** ? */
export const Heartbeat = api(
  12,
  'Heartbeat',
  { versions: [0, 4], flexible: 4 },
  {
    request: {
      groupId: string,
      generationId: int32,
      memberId: string,
      groupInstanceId: string.nullable().since(3).default(null),
    },
    response: {
      throttleTimeMs: int32.since(1).default(0).ignorable(),
      errorCode: int16.default(0),
    },
  },
)
