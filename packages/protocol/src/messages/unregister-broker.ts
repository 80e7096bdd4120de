/** UnregisterBroker, API key 64. */

import { api, int16, int32, string } from '../schema/index.ts'

/** Removes a broker's registration; admin tools send it. */
export const UnregisterBroker = api(
  64,
  'UnregisterBroker',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      brokerId: int32,
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable(),
    },
  },
)
