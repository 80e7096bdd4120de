/** RenewDelegationToken, API key 39. */

import { api, bytes, int16, int32, int64 } from '../schema/index.ts'

/** Prolongs a delegation token; its owner or a renewer sends it. */
export const RenewDelegationToken = api(
  39,
  'RenewDelegationToken',
  { versions: [0, 2], flexible: 2 },
  {
    request: {
      hmac: bytes,
      renewPeriodMs: int64,
    },
    response: {
      errorCode: int16.default(0),
      expiryTimestampMs: int64,
      throttleTimeMs: int32.default(0),
    },
  },
)
