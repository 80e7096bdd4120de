// SASL OAUTHBEARER (RFC 7628): a token that somebody else has issued.

import { KafkaError } from '@samsa/protocol'
import type { SaslExchange } from './sasl-exchange.ts'

/** A token, and what goes with it (KIP-342). */
export interface BearerToken {
  readonly value: string
  /** Names of letters, values of printable characters. */
  readonly extensions?: Readonly<Record<string, string>>
}

const separator = '\x01'

/** The exchange for a token. */
export function oauthBearerExchange({ value, extensions = {} }: BearerToken): SaslExchange {
  const pairs = Object.entries(extensions).map(([key, text]) => `${key}=${text}${separator}`)
  let refusal: string | undefined
  return {
    start: () =>
      Buffer.from(`n,,${separator}auth=Bearer ${value}${separator}${pairs.join('')}${separator}`),
    next: (challenge) => {
      if (challenge.length === 0) return undefined
      if (refusal !== undefined) throw new KafkaError('SASL_AUTHENTICATION_FAILED', refusal)
      // The broker says why it refuses, and fails the exchange when that was acknowledged.
      refusal = `The broker refuses the token: ${challenge.toString()}`
      return Buffer.from(separator)
    },
  }
}
