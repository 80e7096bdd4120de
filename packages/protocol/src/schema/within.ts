/**
 * How an error finds its path: each level adds its step as the error climbs, and the way down
 * costs nothing.
 */

import { ProtocolError } from '../protocol-error.ts'

/** An error with one more step of the path. Anything but a ProtocolError passes as it is. */
export function within(error: unknown, segment: string): unknown {
  return error instanceof ProtocolError ? error.within(segment) : error
}
