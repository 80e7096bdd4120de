/** CreateAcls, API key 30. */

import { api, array, int16, int32, int8, string } from '../schema/index.ts'

/** Adds ACLs; admin tools send it. */
export const CreateAcls = api(
  30,
  'CreateAcls',
  { versions: [0, 3], flexible: 2 },
  {
    request: {
      creations: array({
        resourceType: int8,
        resourceName: string,
        resourcePatternType: int8.since(1).default(3),
        principal: string,
        host: string,
        operation: int8,
        permissionType: int8,
      }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      results: array({ errorCode: int16.default(0), errorMessage: string.nullable() }),
    },
  },
)
