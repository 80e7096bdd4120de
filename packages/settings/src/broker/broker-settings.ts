/**
 * Every setting a broker's properties file may say, in one table: Kafka 4's, those of Kafka 3.9
 * with ZooKeeper, and Samsa's own.
 *
 * Invariant: a name stands in one theme only.
 */
import type { Settings, SettingsTable } from '../setting.ts'
import { oauthSettings } from '../security/oauth-settings.ts'
import { saslSettings } from '../security/sasl-settings.ts'
import { tlsSettings } from '../security/tls-settings.ts'
import { cleanerSettings } from './cleaner-settings.ts'
import { groupSettings } from './group-settings.ts'
import { kraftSettings } from './kraft-settings.ts'
import { listenersSettings } from './listeners-settings.ts'
import { logSettings } from './log-settings.ts'
import { metricsSettings } from './metrics-settings.ts'
import { quotaSettings } from './quota-settings.ts'
import { replicationSettings } from './replication-settings.ts'
import { retiredSettings } from './retired-settings.ts'
import { samsaSettings } from './samsa-settings.ts'
import { securitySettings } from './security-settings.ts'
import { serverSettings } from './server-settings.ts'
import { shareAndStreamsSettings } from './share-and-streams-settings.ts'
import { tieredStorageSettings } from './tiered-storage-settings.ts'
import { transactionSettings } from './transaction-settings.ts'
import { zooKeeperSettings } from './zookeeper-settings.ts'

/** The themes of broker settings, in the order of the reference page. */
export const brokerThemes = {
  'The broker': serverSettings,
  Listeners: listenersSettings,
  Logs: logSettings,
  Compaction: cleanerSettings,
  Replication: replicationSettings,
  'Groups and offsets': groupSettings,
  Transactions: transactionSettings,
  Security: securitySettings,
  TLS: tlsSettings,
  SASL: saslSettings,
  Quotas: quotaSettings,
  ZooKeeper: zooKeeperSettings,
  "Samsa's own": samsaSettings,
  Metrics: metricsSettings,
  OAUTHBEARER: oauthSettings,
  'Share and streams groups': shareAndStreamsSettings,
  KRaft: kraftSettings,
  'Tiered storage': tieredStorageSettings,
  'Dropped by Kafka 4': retiredSettings,
} as const satisfies Readonly<Record<string, SettingsTable>>

/** Every broker setting. */
export const brokerSettings = {
  ...serverSettings,
  ...listenersSettings,
  ...logSettings,
  ...cleanerSettings,
  ...replicationSettings,
  ...groupSettings,
  ...transactionSettings,
  ...securitySettings,
  ...tlsSettings,
  ...saslSettings,
  ...quotaSettings,
  ...zooKeeperSettings,
  ...samsaSettings,
  ...metricsSettings,
  ...oauthSettings,
  ...shareAndStreamsSettings,
  ...kraftSettings,
  ...tieredStorageSettings,
  ...retiredSettings,
} satisfies SettingsTable

/** A broker's parsed settings, keyed by Kafka's names. */
export type BrokerSettings = Settings<typeof brokerSettings>
