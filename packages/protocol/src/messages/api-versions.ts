/** ApiVersions, API key 18. */

import { api, array, bool, int16, int32, int64, string } from '../schema/index.ts'

/**
 * Which APIs and versions does the broker speak? The first request of nearly every connection,
 * allowed before SASL.
 */
export const ApiVersions = api(
  18,
  'ApiVersions',
  { versions: [0, 5], flexible: 3 },
  {
    request: {
      /** Letters, digits, dots and dashes; anything else is INVALID_REQUEST. */
      clientSoftwareName: string.since(3).ignorable(),
      clientSoftwareVersion: string.since(3).ignorable(),
      /**
       * With `nodeId`, whom the client means to reach; anyone else answers
       * REBOOTSTRAP_REQUIRED (KIP-1242).
       */
      clusterId: string.nullable().since(5).default(null).ignorable(),
      nodeId: int32.since(5).default(-1).ignorable(),
    },
    response: {
      /** UNSUPPORTED_VERSION comes with a body of version 0, whatever was asked. */
      errorCode: int16.default(0),
      apiKeys: array({ apiKey: int16, minVersion: int16, maxVersion: int16 }),
      throttleTimeMs: int32.since(1).default(0).ignorable(),
      supportedFeatures: array({ name: string, minVersion: int16, maxVersion: int16 })
        .since(3)
        .tagged(0)
        .ignorable(),
      /** -1: unknown; then `finalizedFeatures` means nothing. */
      finalizedFeaturesEpoch: int64.since(3).tagged(1).default(-1).ignorable(),
      /** Clients look at `transaction.version`, `group.version` and `share.version`. */
      finalizedFeatures: array({ name: string, maxVersionLevel: int16, minVersionLevel: int16 })
        .since(3)
        .tagged(2)
        .ignorable(),
      zkMigrationReady: bool.since(3).tagged(3).default(false).ignorable(),
    },
  },
)
