/** ? */

import { bool, message, string } from '../schema/index.ts'

/** ? */
export const DefaultPrincipalData = message(
  'DefaultPrincipalData',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  { type: string, name: string, tokenAuthenticated: bool },
)
