// What every client of a cluster can be told, whatever it does there.

import { adminSettings } from '@samsa/settings'
import { type OptionsOf, readOptions } from '../options/option-names.ts'
import { checkSaslOptions, type SaslOptions } from '../security/sasl-options.ts'
import type { TlsOptions } from '@samsa/world'
import type { Backoff } from './backoff.ts'
import type { LinkSettings } from './broker-link.ts'

/** Settings of connections and metadata, by Kafka's names. */
export const clusterKeys = [
  'client.id',
  'request.timeout.ms',
  'connections.max.idle.ms',
  'metadata.max.age.ms',
  'reconnect.backoff.ms',
  'reconnect.backoff.max.ms',
  'retry.backoff.ms',
  'retry.backoff.max.ms',
  'socket.connection.setup.timeout.ms',
  'default.api.timeout.ms',
] as const

/** Options of connections and metadata; types, defaults and ranges are Kafka's. */
export interface ClusterOptions
  extends OptionsOf<typeof adminSettings, (typeof clusterKeys)[number]> {
  /** TLS to all brokers; `true` trusts the authorities of this machine. */
  readonly tls?: boolean | TlsOptions
  /** How the client authenticates. */
  readonly sasl?: SaslOptions
}

/** The same, read and checked. */
export interface ClusterSettings {
  readonly link: LinkSettings
  readonly metadataMaxAgeMs: number
  readonly defaultApiTimeoutMs: number
  readonly retryBackoff: Backoff
}

/** Throws SettingsError with all problems. */
export function readClusterOptions(options: ClusterOptions): ClusterSettings {
  const { tls = false, sasl, ...others } = options
  const settings = readOptions(adminSettings, clusterKeys, others, 'connect')
  if (sasl !== undefined) checkSaslOptions(sasl)
  return {
    link: {
      clientId: settings['client.id'] === '' ? 'samsa-client' : settings['client.id'],
      requestTimeoutMs: settings['request.timeout.ms'],
      connectionSetupTimeoutMs: settings['socket.connection.setup.timeout.ms'],
      connectionsMaxIdleMs: settings['connections.max.idle.ms'],
      reconnectBackoff: {
        baseMs: settings['reconnect.backoff.ms'],
        maxMs: Math.max(settings['reconnect.backoff.ms'], settings['reconnect.backoff.max.ms']),
      },
      ...(tls === false ? {} : { tls: tls === true ? {} : tls }),
      ...(sasl === undefined ? {} : { sasl }),
    },
    metadataMaxAgeMs: settings['metadata.max.age.ms'],
    defaultApiTimeoutMs: settings['default.api.timeout.ms'],
    retryBackoff: {
      baseMs: settings['retry.backoff.ms'],
      maxMs: Math.max(settings['retry.backoff.ms'], settings['retry.backoff.max.ms']),
    },
  }
}
