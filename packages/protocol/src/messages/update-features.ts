/** UpdateFeatures, API key 57. */

import { api, array, bool, int16, int32, int8, string } from '../schema/index.ts'

/** Raises or lowers the finalized level of features; admin tools send it. */
export const UpdateFeatures = api(
  57,
  'UpdateFeatures',
  { versions: [0, 2], flexible: 0 },
  {
    request: {
      timeoutMs: int32.default(60000),
      featureUpdates: array({
        feature: string,
        /** 0 removes the feature. */
        maxVersionLevel: int16,
        allowDowngrade: bool.until(0),
        /** 1: upgrade, 2: safe downgrade, 3: unsafe downgrade. */
        upgradeType: int8.since(1).default(1),
      }),
      validateOnly: bool.since(1).default(false),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable(),
      results: array({
        feature: string,
        errorCode: int16.default(0),
        errorMessage: string.nullable(),
      })
        .until(1)
        .ignorable(),
    },
  },
)
