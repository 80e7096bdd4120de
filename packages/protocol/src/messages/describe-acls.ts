/** DescribeAcls, API key 29. */

import { api, array, int16, int32, int8, string } from '../schema/index.ts'

/** Lists the ACLs that match a filter; admin tools send it. */
export const DescribeAcls = api(
  29,
  'DescribeAcls',
  { versions: [0, 3], flexible: 2 },
  {
    request: {
      /**
       * 1: any, 2: topic, 3: group, 4: cluster, 5: transactional id, 6: delegation token, 7:
       * user.
       */
      resourceTypeFilter: int8,
      resourceNameFilter: string.nullable(),
      /** 1: any, 2: match, 3: literal, 4: prefixed. */
      patternTypeFilter: int8.since(1).default(3),
      principalFilter: string.nullable(),
      hostFilter: string.nullable(),
      /**
       * 1: any, 2: all, 3: read, 4: write, 5: create, 6: delete, 7: alter, 8: describe, and
       * more.
       */
      operation: int8,
      /** 1: any, 2: deny, 3: allow. */
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
