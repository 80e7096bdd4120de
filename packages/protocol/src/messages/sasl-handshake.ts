/** SaslHandshake, API key 17. */

import { api, array, int16, string } from '../schema/index.ts'

/** ? */
export const SaslHandshake = api(
  17,
  'SaslHandshake',
  { versions: [0, 1] },
  {
    request: {
      mechanism: string,
    },
    response: {
      errorCode: int16.default(0),
      mechanisms: array(string),
    },
  },
)
