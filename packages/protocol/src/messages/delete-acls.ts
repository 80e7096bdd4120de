/** DeleteAcls, API key 31. */

import { api, array, int16, int32, int8, string } from '../schema/index.ts'

/** Removes the ACLs that match filters; admin tools send it. */
export const DeleteAcls = api(
  31,
  'DeleteAcls',
  { versions: [0, 3], flexible: 2 },
  {
    request: {
      filters: array({
        resourceTypeFilter: int8,
        resourceNameFilter: string.nullable(),
        patternTypeFilter: int8.since(1).default(3),
        principalFilter: string.nullable(),
        hostFilter: string.nullable(),
        operation: int8,
        permissionType: int8,
      }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      filterResults: array({
        errorCode: int16.default(0),
        errorMessage: string.nullable(),
        matchingAcls: array({
          errorCode: int16.default(0),
          errorMessage: string.nullable(),
          resourceType: int8,
          resourceName: string,
          patternType: int8.since(1).default(3),
          principal: string,
          host: string,
          operation: int8,
          permissionType: int8,
        }),
      }),
    },
  },
)
