/** AlterClientQuotas, API key 49. */

import { api, array, bool, float64, int16, int32, string } from '../schema/index.ts'

/** Sets and removes client quotas; admin tools send it. */
export const AlterClientQuotas = api(
  49,
  'AlterClientQuotas',
  { versions: [0, 1], flexible: 1 },
  {
    request: {
      entries: array({
        entity: array({
          entityType: string,
          /** Null: the default entity. */
          entityName: string.nullable(),
        }),
        ops: array({ key: string, value: float64, remove: bool }),
      }),
      validateOnly: bool,
    },
    response: {
      throttleTimeMs: int32.default(0),
      entries: array({
        errorCode: int16.default(0),
        errorMessage: string.nullable(),
        entity: array({ entityType: string, entityName: string.nullable() }),
      }),
    },
  },
)
