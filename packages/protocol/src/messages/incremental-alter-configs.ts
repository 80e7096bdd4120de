/** IncrementalAlterConfigs, API key 44. */

import { api, array, bool, int16, int32, int8, string } from '../schema/index.ts'

/**
 * Sets, deletes, appends to or subtracts from single configuration values; admin tools send
 * it.
 */
export const IncrementalAlterConfigs = api(
  44,
  'IncrementalAlterConfigs',
  { versions: [0, 1], flexible: 1 },
  {
    request: {
      resources: array({
        resourceType: int8,
        resourceName: string,
        configs: array({
          name: string,
          /** 0: set, 1: delete, 2: append, 3: subtract; the last two for lists. */
          configOperation: int8,
          value: string.nullable(),
        }),
      }),
      validateOnly: bool,
    },
    response: {
      throttleTimeMs: int32.default(0),
      responses: array({
        errorCode: int16.default(0),
        errorMessage: string.nullable(),
        resourceType: int8,
        resourceName: string,
      }),
    },
  },
)
