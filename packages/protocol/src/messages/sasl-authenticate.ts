/** SaslAuthenticate, API key 36. */

import { api, bytes, int16, int64, string } from '../schema/index.ts'

/** ? */
export const SaslAuthenticate = api(
  36,
  'SaslAuthenticate',
  { versions: [0, 2], flexible: 2 },
  {
    request: {
      authBytes: bytes,
    },
    response: {
      errorCode: int16.default(0),
      errorMessage: string.nullable(),
      authBytes: bytes,
      sessionLifetimeMs: int64.since(1).default(0).ignorable(),
    },
  },
)
