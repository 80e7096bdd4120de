/** DescribeClientQuotas, API key 48. */

import { api, array, bool, float64, int16, int32, int8, string } from '../schema/index.ts'

/** ? */
export const DescribeClientQuotas = api(
  48,
  'DescribeClientQuotas',
  { versions: [0, 1], flexible: 1 },
  {
    request: {
      components: array({ entityType: string, matchType: int8, match: string.nullable() }),
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
