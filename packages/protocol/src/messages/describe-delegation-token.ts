/** DescribeDelegationToken, API key 41. */

import { api, array, bytes, int16, int32, int64, string } from '../schema/index.ts'

/** Lists the delegation tokens of owners; admin tools send it. */
export const DescribeDelegationToken = api(
  41,
  'DescribeDelegationToken',
  { versions: [0, 3], flexible: 2 },
  {
    request: {
      owners: array({ principalType: string, principalName: string }).nullable(),
    },
    response: {
      errorCode: int16.default(0),
      tokens: array({
        principalType: string,
        principalName: string,
        tokenRequesterPrincipalType: string.since(3),
        tokenRequesterPrincipalName: string.since(3),
        issueTimestamp: int64,
        expiryTimestamp: int64,
        maxTimestamp: int64,
        tokenId: string,
        hmac: bytes,
        renewers: array({ principalType: string, principalName: string }),
      }),
      throttleTimeMs: int32.default(0),
    },
  },
)
