/** DescribeAcls, API key 29. */

import { api, array, int16, int32, int8, string } from '../schema/index.ts'

/** ? */
export const DescribeAcls = api(
  29,
  'DescribeAcls',
  { versions: [0, 3], flexible: 2 },
  {
    request: {
      resourceTypeFilter: int8,
      resourceNameFilter: string.nullable(),
      patternTypeFilter: int8.since(1).default(3),
      principalFilter: string.nullable(),
      hostFilter: string.nullable(),
      operation: int8,
      permissionType: int8,
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable(),
      resources: array({
        resourceType: int8,
        resourceName: string,
        patternType: int8.since(1).default(3),
        acls: array({
          principal: string,
          host: string,
          operation: int8,
          permissionType: int8,
        }),
      }),
    },
  },
)
