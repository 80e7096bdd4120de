// SASL over Kafka's protocol: the mechanism is agreed on, then its messages travel in SaslAuthenticate (KIP-152).

import {
  type Api,
  errorName,
  KafkaError,
  type RequestInput,
  type ResponseOf,
  SaslAuthenticate,
  SaslHandshake,
} from '@samsa/protocol'
import type { Random } from '@samsa/world'
import { chooseVersion, type ServedVersions } from '../cluster/supported-versions.ts'
import { type SaslOptions, saslExchange } from './sasl-options.ts'

/** The connection that is authenticated. */
export interface SaslChannel {
  readonly name: string
  readonly served: ServedVersions
  send<A extends Api>(api: A, version: number, request: RequestInput<A>): Promise<ResponseOf<A>>
}

/**
 * Authenticates a connection. Resolves to the time in ms after which it has to be done again (KIP-368), 0: never. Rejects
 * with KafkaError UNSUPPORTED_SASL_MECHANISM or SASL_AUTHENTICATION_FAILED, which name the broker, the mechanism and why.
 */
export async function authenticate(
  channel: SaslChannel,
  options: SaslOptions,
  random: Random,
): Promise<number> {
  const { mechanism } = options
  const { name, served } = channel
  const exchange = await saslExchange(options, random)
  const handshake = await channel.send(SaslHandshake, 1, { mechanism })
  if (handshake.errorCode !== 0) throw refusedMechanism(name, mechanism, handshake)
  const version = chooseVersion(SaslAuthenticate, served, name)
  let message: Buffer | undefined = exchange.start()
  let lifetimeMs = 0
  while (message !== undefined) {
    const answer = await channel.send(SaslAuthenticate, version, { authBytes: message })
    if (answer.errorCode !== 0) {
      const why = answer.errorMessage ?? new KafkaError(errorName(answer.errorCode)).message
      const sentence = `${name} refuses ${mechanism}: ${why}`
      throw new KafkaError(errorName(answer.errorCode), sentence)
    }
    lifetimeMs = answer.sessionLifetimeMs
    message = exchange.next(answer.authBytes)
  }
  return lifetimeMs
}

function refusedMechanism(
  name: string,
  mechanism: string,
  handshake: { readonly errorCode: number; readonly mechanisms: readonly string[] },
): KafkaError {
  const error = errorName(handshake.errorCode)
  if (error !== 'UNSUPPORTED_SASL_MECHANISM') {
    return new KafkaError(error, `${name} refuses ${mechanism}: ${new KafkaError(error).message}`)
  }
  const offered = handshake.mechanisms.join(', ')
  const message = `${name} does not offer ${mechanism}, only ${offered}.`
  return new KafkaError(error, message)
}
