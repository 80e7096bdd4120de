/**
 * The headers that stand before every request and response; `header-versions.ts` says which
 * version when.
 */

import { int16, int32, message, string } from '../schema/index.ts'

/**
 * Names the API, its version and the client; the correlation id comes back with the response.
 */
export const RequestHeader = message(
  'RequestHeader',
  { versions: [0, 2], flexible: 2 },
  {
    requestApiKey: int16,
    requestApiVersion: int16,
    correlationId: int32,
    /** Keeps its int16 length in version 2, so that a broker can read it whatever the version. */
    clientId: string.nullable().since(1).inflexible().ignorable(),
  },
)

/** Tells which request is answered. */
export const ResponseHeader = message(
  'ResponseHeader',
  { versions: [0, 1], flexible: 1 },
  { correlationId: int32 },
)
