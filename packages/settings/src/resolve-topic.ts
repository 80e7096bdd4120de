/**
 * A topic's settings: its own over those of the broker that stand for them.
 *
 * Invariant: of a topic setting's broker synonyms the first that has a value supplies the default,
 * whoever set it; only if none has one does the row's own default count.
 */
import type { BrokerSettings } from './broker/broker-settings.ts'
import { type Problem, SettingsError } from './problem.ts'
import { defaultSettings, unknownKey, wrongValue } from './read-settings.ts'
import { type Setting, type SettingValue, rowOf } from './setting.ts'
import { type TopicSettings, topicSettings } from './topic-settings.ts'
import { formatValue, parseValue } from './value.ts'

/**
 * What a topic with these overrides goes by on a broker with these settings. `segment.bytes` is
 * what logs roll at: `internal.segment.bytes` has already replaced it. Throws a SettingsError for
 * overrides that `validateTopicConfigs` refuses.
 */
export function resolveTopicSettings(
  broker: BrokerSettings,
  overrides: Readonly<Record<string, string>>,
): TopicSettings {
  const problems: Problem[] = []
  const values = topicValues(broker, overrides, problems)
  if (problems.length > 0) throw new SettingsError(problems)
  const segmentBytes = values['internal.segment.bytes'] ?? values['segment.bytes']
  return { ...values, 'segment.bytes': segmentBytes }
}

/**
 * All that is wrong with the settings a client wants for a topic, in Kafka's words; none if they
 * are right. With the broker's settings given, what follows from its defaults is checked as well.
 */
export function validateTopicConfigs(
  overrides: Readonly<Record<string, string | null>>,
  broker?: BrokerSettings,
): Problem[] {
  const problems: Problem[] = []
  const texts: Record<string, string> = {}
  for (const [key, value] of Object.entries(overrides)) {
    if (value !== null) {
      texts[key] = value
      continue
    }
    const message = `Null value not supported for topic configs: ${key}`
    problems.push({ key, value: null, source, expected: 'a value', message })
  }
  const values = topicValues(broker ?? defaultBroker, texts, problems)
  checkTopicRules(values, problems)
  return problems
}

const source = 'topic config'
const defaultBroker: Partial<BrokerSettings> = {}

/** Every row's value; a row whose override is wrong keeps its default. */
export function topicValues(
  broker: Partial<BrokerSettings>,
  overrides: Readonly<Record<string, string>>,
  problems: Problem[],
): TopicSettings {
  const values: Record<string, SettingValue> = { ...defaultSettings(topicSettings) }
  for (const [key, row] of Object.entries(topicSettings)) {
    values[key] = brokerDefault(row, broker) ?? row.default
  }
  for (const [key, text] of Object.entries(overrides)) {
    const row = rowOf(topicSettings, key)
    if (row === undefined) {
      const message = `Unknown topic config name: ${key}`
      problems.push(unknownKey(key, source, Object.keys(topicSettings), message))
      continue
    }
    const parsed = parseValue(row, key, text)
    if (parsed.ok) values[key] = parsed.value
    else problems.push(wrongValue(row, { key, value: text, source }, parsed))
  }
  return values as TopicSettings
}

/** The value of the first synonym that has one, in the topic setting's unit. */
export function brokerDefault(row: Setting, broker: Partial<BrokerSettings>): SettingValue {
  for (const { key, factor } of row.broker) {
    const value = broker[key as keyof BrokerSettings]
    if (value === undefined || value === null) continue
    // Below zero is "no limit" in hours as in milliseconds.
    return typeof value === 'number' && value > 0 ? value * factor : value
  }
  return null
}

function checkTopicRules(values: TopicSettings, problems: Problem[]): void {
  const key = 'min.compaction.lag.ms'
  if (values[key] > values['max.compaction.lag.ms']) {
    const least = formatValue(topicSettings[key], values[key])
    const most = formatValue(topicSettings[key], values['max.compaction.lag.ms'])
    const message =
      `conflict topic config setting ${key} (${least}) > ` + `max.compaction.lag.ms (${most})`
    problems.push({ key, value: least, source, expected: `at most ${most}`, message })
  }
  if (values['remote.storage.enable']) {
    const key = 'remote.storage.enable'
    const message =
      'Tiered Storage functionality is disabled in the broker. ' +
      'Topic cannot be configured with remote log storage.'
    problems.push({ key, value: 'true', source, expected: 'false', message })
  }
}
