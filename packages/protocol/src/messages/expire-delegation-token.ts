/** ExpireDelegationToken, API key 40. */

import { api, bytes, int16, int32, int64 } from '../schema/index.ts'

/** Changes when a delegation token expires, or ends it at once. */
export const ExpireDelegationToken = api(
  40,
  'ExpireDelegationToken',
  { versions: [0, 2], flexible: 2 },
  {
    request: {
      hmac: bytes,
      /** -1: at once. */
      expiryTimePeriodMs: int64,
    },
    response: {
      errorCode: int16.default(0),
      expiryTimestampMs: int64,
      throttleTimeMs: int32.default(0),
    },
  },
)
