/** UnregisterController, API key 94. */

import { api, int16, int32, string } from '../schema/index.ts'

/** Removes a controller's registration; admin tools send it. */
export const UnregisterController = api(
  94,
  'UnregisterController',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      controllerId: int32,
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable(),
    },
  },
)
