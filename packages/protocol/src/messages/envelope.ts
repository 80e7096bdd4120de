/** Envelope, API key 58. */

import { api, bytes, int16 } from '../schema/index.ts'

/** Carries a client's request, and who sent it, from a broker to the controller. */
export const Envelope = api(
  58,
  'Envelope',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      requestData: bytes,
      requestPrincipal: bytes.nullable(),
      clientHostAddress: bytes,
    },
    response: {
      responseData: bytes.nullable().default(null),
      errorCode: int16.default(0),
    },
  },
)
