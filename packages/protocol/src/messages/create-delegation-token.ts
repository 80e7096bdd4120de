/** CreateDelegationToken, API key 38. */

import { api, array, bytes, int16, int32, int64, string } from '../schema/index.ts'

/**
 * Creates a token with which others may act for its owner; an authenticated client sends it.
 */
export const CreateDelegationToken = api(
  38,
  'CreateDelegationToken',
  { versions: [0, 3], flexible: 2 },
  {
    request: {
      ownerPrincipalType: string.nullable().since(3),
      ownerPrincipalName: string.nullable().since(3),
      renewers: array({ principalType: string, principalName: string }),
      /** -1: the broker's default. */
      maxLifetimeMs: int64,
    },
    response: {
      errorCode: int16.default(0),
      principalType: string,
      principalName: string,
      tokenRequesterPrincipalType: string.since(3),
      tokenRequesterPrincipalName: string.since(3),
      issueTimestampMs: int64,
      expiryTimestampMs: int64,
      maxTimestampMs: int64,
      tokenId: string,
      hmac: bytes,
      throttleTimeMs: int32.default(0),
    },
  },
)
