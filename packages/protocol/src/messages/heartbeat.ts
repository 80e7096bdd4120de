/** Heartbeat, API key 12. */

import { api, int16, int32, string } from '../schema/index.ts'

/** A classic member tells the coordinator that it lives, and learns of rebalances. */
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
      /** REBALANCE_IN_PROGRESS: join again. */
      errorCode: int16.default(0),
    },
  },
)
