/** SaslAuthenticate, API key 36. */

import { api, bytes, int16, int64, string } from '../schema/index.ts'

/** Carries the messages of a SASL mechanism, in both directions. */
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
      /** The client must authenticate again before; 0: never (KIP-368). */
      sessionLifetimeMs: int64.since(1).default(0).ignorable(),
    },
  },
)
