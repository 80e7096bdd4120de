// How kafkajs programs say where the cluster is, in the client's options.

import type { ConnectOptions, SaslOptions } from '@samsa/client'
import type { TlsOptions, World } from '@samsa/world'
import type { logLevel } from './constants.ts'
import { KafkaJSNonRetriableError, KafkaJSNotImplemented } from './errors.ts'
import type { logCreator } from './logger.ts'

/** How often and how long to try again, in ms. */
export interface RetryOptions {
  readonly maxRetryTime?: number
  readonly initialRetryTime?: number
  readonly factor?: number
  readonly multiplier?: number
  readonly retries?: number
  /** Whether a consumer whose handler failed for good goes on. */
  readonly restartOnFailure?: (error: Error) => Promise<boolean>
}

/** TLS as Node names its parts. */
export interface TlsConfig {
  readonly ca?: string | Buffer | readonly (string | Buffer)[]
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  readonly passphrase?: string
  readonly servername?: string
  readonly rejectUnauthorized?: boolean
}

/** How a program authenticates. */
export type SASLOptions =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
      readonly username: string
      readonly password: string
    }
  | {
      readonly mechanism: 'oauthbearer'
      readonly oauthBearerProvider: () => Promise<{ readonly value: string }>
    }

/** Brokers to ask first, or where to ask for them. */
export type BrokersFunction = () => readonly string[] | Promise<readonly string[]>

/** Where the cluster is, and how to speak with it. */
export interface KafkaConfig {
  readonly brokers: readonly string[] | BrokersFunction
  readonly ssl?: TlsConfig | boolean
  readonly sasl?: SASLOptions
  readonly clientId?: string
  readonly connectionTimeout?: number
  readonly requestTimeout?: number
  readonly enforceRequestTimeout?: boolean
  readonly authenticationTimeout?: number
  readonly reauthenticationThreshold?: number
  readonly retry?: RetryOptions
  readonly logLevel?: logLevel
  readonly logCreator?: logCreator
}

/** Retries with kafkajs's defaults. */
export interface RetryPlan {
  readonly initialMs: number
  readonly maxMs: number
  readonly retries: number
  readonly restartOnFailure: ((error: Error) => Promise<boolean>) | undefined
}

/** What is not said has kafkajs's default. */
export function retryPlan(...given: readonly (RetryOptions | undefined)[]): RetryPlan {
  const options: RetryOptions = Object.assign({}, ...given)
  return {
    initialMs: options.initialRetryTime ?? 300,
    maxMs: options.maxRetryTime ?? 30_000,
    retries: options.retries ?? 5,
    restartOnFailure: options.restartOnFailure,
  }
}

/** The pause before attempt number `attempt` (1 is the first retry). */
export function retryMs({ initialMs, maxMs }: RetryPlan, attempt: number): number {
  return Math.min(initialMs * 2 ** Math.min(attempt - 1, 30), maxMs)
}

const defaultRequestTimeoutMs = 30_000

/** The client's options. Rejects where a part of the configuration has no counterpart. */
export async function connectOptions(
  config: KafkaConfig,
  retry: RetryPlan,
  world: World,
): Promise<ConnectOptions> {
  const { brokers, ssl, sasl, clientId, connectionTimeout, requestTimeout } = config
  const addresses = typeof brokers === 'function' ? await brokers() : brokers
  if (addresses.length === 0) {
    throw new KafkaJSNonRetriableError('Failed to connect: expected brokers array and got nothing')
  }
  const requestTimeoutMs = requestTimeout ?? defaultRequestTimeoutMs
  let patienceMs = requestTimeoutMs
  for (let i = 1; i <= retry.retries && patienceMs < 600_000; i++) patienceMs += retryMs(retry, i)
  return {
    brokers: addresses,
    world,
    requestTimeoutMs,
    defaultApiTimeoutMs: Math.ceil(patienceMs),
    retryBackoffMs: retry.initialMs,
    retryBackoffMaxMs: Math.max(retry.initialMs, retry.maxMs),
    ...(clientId === undefined ? {} : { clientId }),
    ...(connectionTimeout === undefined
      ? {}
      : { socketConnectionSetupTimeoutMs: connectionTimeout }),
    ...(ssl === undefined || ssl === false ? {} : { tls: ssl === true ? true : tlsOptions(ssl) }),
    ...(sasl === undefined ? {} : { sasl: saslOptions(sasl) }),
  }
}

function tlsOptions(config: TlsConfig): TlsOptions {
  const { ca, cert, key, passphrase, servername, rejectUnauthorized } = config
  if (rejectUnauthorized === false) {
    const message = 'ssl.rejectUnauthorized: name the authority of the brokers in ssl.ca instead'
    throw new KafkaJSNotImplemented(message)
  }
  const authorities = ca === undefined ? undefined : [ca].flat().map(String)
  return {
    ...(authorities === undefined ? {} : { authorities }),
    ...(cert === undefined ? {} : { certificate: String(cert) }),
    ...(key === undefined ? {} : { key: String(key) }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(servername === undefined ? {} : { serverName: servername }),
  }
}

const mechanisms = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
} as const

function saslOptions(config: SASLOptions): SaslOptions {
  if (config.mechanism === 'oauthbearer') {
    return {
      mechanism: 'OAUTHBEARER',
      token: async () => (await config.oauthBearerProvider()).value,
    }
  }
  const mechanism = mechanisms[config.mechanism]
  if (mechanism === undefined) {
    throw new KafkaJSNotImplemented(`SASL ${String(config.mechanism)} is not supported`)
  }
  return { mechanism, username: config.username, password: config.password }
}
