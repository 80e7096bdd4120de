/** Every setting of Kafka's consumer clients, by Kafka's names. */
import type { Settings, SettingsTable } from '../setting.ts'
import { oauthSettings } from '../security/oauth-settings.ts'
import { saslSettings } from '../security/sasl-settings.ts'
import { tlsSettings } from '../security/tls-settings.ts'
import { consumerOwnSettings } from './consumer-own-settings.ts'
import { clientSettings } from './client-settings.ts'

export const consumerSettings = {
  ...clientSettings,
  ...consumerOwnSettings,
  ...tlsSettings,
  ...saslSettings,
  ...oauthSettings,
} satisfies SettingsTable

/** A consumer's parsed settings, keyed by Kafka's names. */
export type ConsumerSettings = Settings<typeof consumerSettings>
