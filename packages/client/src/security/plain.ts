// SASL PLAIN (RFC 4616): name and password in one message, which is why it belongs on TLS.

import type { SaslExchange } from './sasl-exchange.ts'

/** The exchange for a user and a password. */
export function plainExchange(username: string, password: string): SaslExchange {
  return {
    start: () => Buffer.from(`\0${username}\0${password}`),
    next: () => undefined,
  }
}
