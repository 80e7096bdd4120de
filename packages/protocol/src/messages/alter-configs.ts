/** AlterConfigs, API key 33. */

import { api, array, bool, int16, int32, int8, string } from '../schema/index.ts'

/**
 * Replaces the whole dynamic configuration of resources; superseded by
 * IncrementalAlterConfigs.
 */
export const AlterConfigs = api(
  33,
  'AlterConfigs',
  { versions: [0, 2], flexible: 2 },
  {
    request: {
      resources: array({
        resourceType: int8,
        resourceName: string,
        configs: array({ name: string, value: string.nullable() }),
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
