/** Every setting of Kafka's producer clients, by Kafka's names. */
import type { Settings, SettingsTable } from '../setting.ts'
import { oauthSettings } from '../security/oauth-settings.ts'
import { saslSettings } from '../security/sasl-settings.ts'
import { tlsSettings } from '../security/tls-settings.ts'
import { producerOwnSettings } from './producer-own-settings.ts'
import { clientSettings } from './client-settings.ts'

export const producerSettings = {
  ...clientSettings,
  ...producerOwnSettings,
  ...tlsSettings,
  ...saslSettings,
  ...oauthSettings,
} satisfies SettingsTable

/** A producer's parsed settings, keyed by Kafka's names. */
export type ProducerSettings = Settings<typeof producerSettings>
