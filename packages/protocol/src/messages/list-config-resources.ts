/** ListConfigResources, API key 74. */

import { api, array, int16, int32, int8, string } from '../schema/index.ts'

/** Lists resources of the given types that can have a configuration; admin tools ask. */
export const ListConfigResources = api(
  74,
  'ListConfigResources',
  { versions: [0, 1], flexible: 0 },
  {
    request: {
      /** Empty: all types. Version 0 lists client metrics only. */
      resourceTypes: array(int8).since(1),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      configResources: array({
        resourceName: string,
        resourceType: int8.since(1).default(16).ignorable(),
      }),
    },
  },
)
