/**
 * Which header stands before a request or a response.
 *
 * Two traps: an ApiVersions response always has header 0, because the client that reads it does not
 * know yet what the broker speaks; ControlledShutdown 0 has a request header without client id.
 */

import type { Api } from '../schema/index.ts'
import { ApiVersions } from './api-versions.ts'
import { ControlledShutdown } from './controlled-shutdown.ts'

/** The version of RequestHeader that an API's version uses: 0, 1, or 2 with tagged fields. */
export function requestHeaderVersion(api: Pick<Api, 'key' | 'flexible'>, version: number): number {
  if (api.key === ControlledShutdown.key && version === 0) return 0
  return version >= api.flexible ? 2 : 1
}

/** The version of ResponseHeader that an API's version uses: 0, or 1 with tagged fields. */
export function responseHeaderVersion(api: Pick<Api, 'key' | 'flexible'>, version: number): number {
  if (api.key === ApiVersions.key) return 0
  return version >= api.flexible ? 1 : 0
}
