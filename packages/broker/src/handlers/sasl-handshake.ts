// SaslHandshake (key 17): no listener of this broker asks for SASL, so that a client which does is told that the request
// does not fit, as Apache Kafka tells it on such a listener.

import { errorCode, SaslHandshake } from '@samsa/protocol'
import { handle } from './handle.ts'

/** Refuses. */
export const saslHandshake = handle(
  SaslHandshake,
  () => ({ errorCode: errorCode('ILLEGAL_SASL_STATE'), mechanisms: [] }),
  { beforeAuthentication: true },
)
