/** ApiVersions, API key 18. */

import { api, array, bool, int16, int32, int64, string } from '../schema/index.ts'

/** ? */
export const ApiVersions = api(
  18,
  'ApiVersions',
  { versions: [0, 5], flexible: 3 },
  {
    request: {
      clientSoftwareName: string.since(3).ignorable(),
      clientSoftwareVersion: string.since(3).ignorable(),
      clusterId: string.nullable().since(5).default(null).ignorable(),
      nodeId: int32.since(5).default(-1).ignorable(),
    },
    response: {
      errorCode: int16.default(0),
      apiKeys: array({ apiKey: int16, minVersion: int16, maxVersion: int16 }),
      throttleTimeMs: int32.since(1).default(0).ignorable(),
      supportedFeatures: array({ name: string, minVersion: int16, maxVersion: int16 })
        .since(3)
        .tagged(0)
        .ignorable(),
      finalizedFeaturesEpoch: int64.since(3).tagged(1).default(-1).ignorable(),
      finalizedFeatures: array({ name: string, maxVersionLevel: int16, minVersionLevel: int16 })
        .since(3)
        .tagged(2)
        .ignorable(),
      zkMigrationReady: bool.since(3).tagged(3).default(false).ignorable(),
    },
  },
)
