/** Who a forwarded request comes from, as Envelope carries it. */

import { bool, message, string } from '../schema/index.ts'

/** A principal, after an int16 of the version. */
export const DefaultPrincipalData = message(
  'DefaultPrincipalData',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  { type: string, name: string, tokenAuthenticated: bool },
)
