/** SaslHandshake, API key 17. */

import { api, array, int16, string } from '../schema/index.ts'

/**
 * Agrees on a SASL mechanism before authentication; the first request of a SASL connection
 * after ApiVersions.
 */
export const SaslHandshake = api(
  17,
  'SaslHandshake',
  { versions: [0, 1] },
  {
    request: {
      /**
       * After version 0 the mechanism's own bytes follow without any Kafka header; after 1,
       * SaslAuthenticate.
       */
      mechanism: string,
    },
    response: {
      errorCode: int16.default(0),
      /** What the broker has; also with UNSUPPORTED_SASL_MECHANISM. */
      mechanisms: array(string),
    },
  },
)
