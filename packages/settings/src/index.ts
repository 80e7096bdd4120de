/**
 * The one table of settings and all that is derived from it: types, parsing, validation, changes
 * while running, and the answers of DescribeConfigs.
 *
 * Invariant: whatever is known about a setting is known from its row, and nowhere else.
 */
export {
  type BrokerSettings,
  brokerSettings,
  brokerThemes,
} from './broker/broker-settings.ts'
export { dynamicOnlySettings } from './broker/dynamic-only-settings.ts'
export { type AdminSettings, adminSettings } from './client/admin-settings.ts'
export { type ConsumerSettings, consumerSettings } from './client/consumer-settings.ts'
export { type ProducerSettings, producerSettings } from './client/producer-settings.ts'
export { clientMetricsSettings } from './client-metrics-settings.ts'
export { clientQuotaSettings } from './client-quota-settings.ts'
export {
  type BrokerLayers,
  type DescribedSetting,
  type DescribedSynonym,
  configSource,
  describeBroker,
  describeClusterWide,
  describeGroup,
  describeTopic,
  noDynamicSettings,
} from './describe.ts'
export {
  type Alteration,
  type DynamicLayers,
  applyAlteration,
  validateDynamicBroker,
  withDynamicSettings,
} from './dynamic.ts'
export { type GroupOverrides, groupOverrideSettings } from './group-override-settings.ts'
export type { Listener, Listeners, SecurityProtocol } from './listeners.ts'
export { type Problem, SettingsError, problemLine } from './problem.ts'
export { type Property, decodeProperties, parseProperties } from './properties.ts'
export { defaultSettings, readSettings } from './read-settings.ts'
export {
  type ResolvedBroker,
  type SettingsWarning,
  listenerSettings,
  resolveBrokerSettings,
} from './resolve-broker.ts'
export { resolveGroupSettings, validateGroupConfigs } from './resolve-group.ts'
export { resolveTopicSettings, validateTopicConfigs } from './resolve-topic.ts'
export type {
  DynamicMode,
  Importance,
  Setting,
  Settings,
  SettingsTable,
  SettingType,
  SettingValue,
} from './setting.ts'
export { INT_MAX, LONG_MAX } from './setting.ts'
export type { Origin, SettingsSources, Statement } from './statement.ts'
export { type TopicSettings, topicSettings } from './topic-settings.ts'
export { expectedOf, formatValue, type Parsed, parseValue } from './value.ts'
