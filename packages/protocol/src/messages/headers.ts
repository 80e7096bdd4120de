/** ? */

import { int16, int32, message, string } from '../schema/index.ts'

/** ? */
export const RequestHeader = message(
  'RequestHeader',
  { versions: [0, 2], flexible: 2 },
  {
    requestApiKey: int16,
    requestApiVersion: int16,
    correlationId: int32,
    clientId: string.nullable().since(1).inflexible().ignorable(),
  },
)

/** ? */
export const ResponseHeader = message(
  'ResponseHeader',
  { versions: [0, 1], flexible: 1 },
  { correlationId: int32 },
)
