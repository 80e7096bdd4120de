/** Every setting of Kafka's admin clients, by Kafka's names. */
import type { Settings, SettingsTable } from '../setting.ts'
import { oauthSettings } from '../security/oauth-settings.ts'
import { saslSettings } from '../security/sasl-settings.ts'
import { tlsSettings } from '../security/tls-settings.ts'
import { adminOwnSettings } from './admin-own-settings.ts'
import { clientSettings } from './client-settings.ts'

export const adminSettings = {
  ...clientSettings,
  ...adminOwnSettings,
  ...tlsSettings,
  ...saslSettings,
  ...oauthSettings,
} satisfies SettingsTable

/** A admin's parsed settings, keyed by Kafka's names. */
export type AdminSettings = Settings<typeof adminSettings>
