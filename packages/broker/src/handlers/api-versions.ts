// ApiVersions (key 18): what this broker serves, read off the handlers that exist, and the finalized features by which
// clients switch on newer protocols (KIP-584). The request loop answers unknown versions of it itself.

import { ApiVersions, errorCode } from '@samsa/protocol'
import { handle } from './handle.ts'

/** How a client library may name itself and its version (KIP-511). */
const softwareName = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/

/** Tells keys, versions and features. */
export const apiVersions = handle(
  ApiVersions,
  (request, { version, handlers, connection, features }) => {
    if (version >= 3) {
      const { clientSoftwareName: name, clientSoftwareVersion: software } = request
      if (!softwareName.test(name) || !softwareName.test(software)) {
        return { errorCode: errorCode('INVALID_REQUEST'), apiKeys: [] }
      }
      connection.tellSoftware(name, software)
    }
    return {
      apiKeys: handlers
        .map(({ api, advertisedMinVersion, maxVersion }) => ({
          apiKey: api.key,
          minVersion: advertisedMinVersion,
          maxVersion,
        }))
        .toSorted((a, b) => a.apiKey - b.apiKey),
      ...(version >= 3 ? features() : {}),
    }
  },
  { versions: [0, 4], beforeAuthentication: true },
)
