/** DescribeClientQuotas, API key 48. */

import { api, array, bool, float64, int16, int32, int8, string } from '../schema/index.ts'

/** Lists the client quotas that match a filter; admin tools ask. */
export const DescribeClientQuotas = api(
  48,
  'DescribeClientQuotas',
  { versions: [0, 1], flexible: 1 },
  {
    request: {
      components: array({
        entityType: string,
        /** 0: exact name, 1: the default entity, 2: any that is named. */
        matchType: int8,
        match: string.nullable(),
      }),
      /** Leave out quotas that also name other kinds of entity. */
      strict: bool,
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable(),
      entries: array({
        entity: array({ entityType: string, entityName: string.nullable() }),
        values: array({ key: string, value: float64 }),
      }).nullable(),
    },
  },
)
