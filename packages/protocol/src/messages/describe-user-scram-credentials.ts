/** DescribeUserScramCredentials, API key 50. */

import { api, array, int16, int32, int8, string } from '../schema/index.ts'

/**
 * Which users have SCRAM credentials, of which mechanism and with how many iterations? Secrets
 * stay.
 */
export const DescribeUserScramCredentials = api(
  50,
  'DescribeUserScramCredentials',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      /** Null or empty: all. */
      users: array({ name: string }).nullable(),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable(),
      results: array({
        user: string,
        errorCode: int16.default(0),
        errorMessage: string.nullable(),
        credentialInfos: array({
          /** 1: SCRAM-SHA-256, 2: SCRAM-SHA-512. */
          mechanism: int8,
          iterations: int32,
        }),
      }),
    },
  },
)
