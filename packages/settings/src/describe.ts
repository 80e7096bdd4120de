/**
 * What DescribeConfigs answers: every setting with its value, where that came from and what else
 * was said of it.
 *
 * Invariants: names, sources and synonyms are those Kafka gives for the same layers, to the quirk
 * that a setting described through a synonym of another name shows no synonyms. A secret's value
 * is null everywhere. Names that no table knows are shown as secrets, for nobody can say they
 * are none.
 */
import { type BrokerSettings, brokerSettings } from './broker/broker-settings.ts'
import { retiredSettings } from './broker/retired-settings.ts'
import { type DynamicLayers, dynamicRow, withDynamicSettings } from './dynamic.ts'
import { groupOverrideSettings } from './group-override-settings.ts'
import { listenerKey } from './listener-key.ts'
import type { ResolvedBroker } from './resolve-broker.ts'
import { brokerDefault, topicValues } from './resolve-topic.ts'
import { type Setting, type SettingValue, rowOf } from './setting.ts'
import { topicSettings } from './topic-settings.ts'
import { formatValue, parseValue } from './value.ts'

/** Where a value came from, as DescribeConfigs numbers it. */
export const configSource = {
  topic: 1,
  dynamicBroker: 2,
  dynamicDefaultBroker: 3,
  staticBroker: 4,
  default: 5,
  group: 8,
} as const

/** Something that was said of a setting; the first of a list is what counts. */
export interface DescribedSynonym {
  readonly name: string
  readonly value: string | null
  readonly source: number
}

/** One setting as DescribeConfigs shows it. Field names are those of its response. */
export interface DescribedSetting {
  readonly name: string
  readonly value: string | null
  readonly configSource: number
  readonly readOnly: boolean
  readonly isSensitive: boolean
  readonly synonyms: readonly DescribedSynonym[]
  /** Kafka's number for the type; 0 for a name that is not known. */
  readonly configType: number
  readonly documentation: string | null
}

const typeNumbers = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
} as const

/** All that a broker was told, in every layer. */
export interface BrokerLayers extends DynamicLayers {
  readonly broker: Pick<ResolvedBroker, 'settings' | 'explicit'>
}

/** No dynamic settings at all. */
export const noDynamicSettings: DynamicLayers = { clusterWide: {}, perBroker: {} }

/** What a broker goes by. `keys` limits the answer; null is everything. */
export function describeBroker(
  layers: BrokerLayers,
  keys: readonly string[] | null = null,
): DescribedSetting[] {
  const { settings } = withDynamicSettings(layers.broker.settings, layers)
  const names = new Set<string>()
  for (const [key, row] of Object.entries(brokerSettings)) {
    if (!row.internal && rowOf(retiredSettings, key) === undefined) names.add(key)
  }
  for (const key of layers.broker.explicit.keys()) names.add(key)
  for (const key of Object.keys(layers.clusterWide)) names.add(key)
  for (const key of Object.keys(layers.perBroker)) names.add(key)
  return wanted(names, keys).map((name) => {
    const synonyms = brokerSynonyms(name, layers)
    return describeOneOfBroker(name, settings, synonyms)
  })
}

/** What was set for the whole cluster, whichever broker it is for. */
export function describeClusterWide(
  clusterWide: Readonly<Record<string, string>>,
  keys: readonly string[] | null = null,
): DescribedSetting[] {
  return wanted(Object.keys(clusterWide), keys).map((name) => {
    const row = dynamicRow(name)
    const value = row === undefined || row.sensitive ? null : normal(row, clusterWide[name] ?? '')
    const source = configSource.dynamicDefaultBroker
    const raw = row === undefined || row.sensitive ? null : (clusterWide[name] ?? null)
    return described(name, row, value, [{ name, value: raw, source }])
  })
}

/** What a topic with these overrides goes by on this broker. */
export function describeTopic(
  layers: BrokerLayers,
  overrides: Readonly<Record<string, string>>,
  keys: readonly string[] | null = null,
): DescribedSetting[] {
  const { settings } = withDynamicSettings(layers.broker.settings, layers)
  const values: Readonly<Record<string, SettingValue>> = topicValues(settings, overrides, [])
  const names = Object.keys(topicSettings).filter((name) => {
    return !topicRow(name).internal || Object.hasOwn(overrides, name)
  })
  return wanted(names, keys).map((name) => {
    const row = topicRow(name)
    const value = formatValue(row, values[name] ?? null)
    const override = { name, value, source: configSource.topic }
    const own = Object.hasOwn(overrides, name) ? [override] : []
    return described(name, row, value, [...own, ...synonymsOfBroker(row, layers)])
  })
}

/** What a group with these overrides goes by on this broker. */
export function describeGroup(
  layers: BrokerLayers,
  overrides: Readonly<Record<string, string>>,
  keys: readonly string[] | null = null,
): DescribedSetting[] {
  const { settings } = withDynamicSettings(layers.broker.settings, layers)
  return wanted(Object.keys(groupOverrideSettings), keys).map((name) => {
    const row: Setting = groupOverrideSettings[name as keyof typeof groupOverrideSettings]
    const text = Object.hasOwn(overrides, name) ? (overrides[name] ?? null) : null
    const fallback = brokerDefault(row, settings) ?? row.default
    const value = text === null ? formatValue(row, fallback) : normal(row, text)
    const own = text === null ? [] : [{ name, value, source: configSource.group }]
    const base = { name, value: formatValue(row, row.default), source: configSource.default }
    const inherited = row.broker.length === 0 ? [base] : synonymsOfBroker(row, layers)
    return described(name, row, value, [...own, ...inherited])
  })
}

function topicRow(name: string): Setting {
  return topicSettings[name as keyof typeof topicSettings]
}

/** What was said of the broker setting that supplies a default. */
function synonymsOfBroker(row: Setting, layers: BrokerLayers): readonly DescribedSynonym[] {
  const [first] = row.broker
  return first === undefined ? [] : brokerSynonyms(first.key, layers)
}

function wanted(names: Iterable<string>, keys: readonly string[] | null): string[] {
  const sorted = [...names].sort()
  return keys === null || keys.length === 0 ? sorted : sorted.filter((name) => keys.includes(name))
}

function describeOneOfBroker(
  name: string,
  settings: BrokerSettings,
  synonyms: readonly DescribedSynonym[],
): DescribedSetting {
  const row = dynamicRow(name)
  if (row === undefined) return described(name, row, null, synonyms)
  if (row.sensitive) return described(name, row, null, synonyms)
  const known = rowOf(brokerSettings, name) !== undefined
  const value = known
    ? formatValue(row, settings[name as keyof BrokerSettings])
    : normal(row, synonyms[0]?.value ?? '')
  return described(name, row, value, synonyms)
}

function described(
  name: string,
  row: Setting | undefined,
  value: string | null,
  synonyms: readonly DescribedSynonym[],
): DescribedSetting {
  return {
    name,
    value,
    configSource: synonyms[0]?.source ?? configSource.default,
    // Kafka calls read-only whatever its own table does not list as changeable.
    readOnly: row === undefined || isReadOnly(name, row),
    isSensitive: row === undefined || row.sensitive,
    synonyms,
    configType: row === undefined ? 0 : typeNumbers[row.type],
    documentation: row?.doc ?? null,
  }
}

/** Settings of topics and groups can always change, those of brokers if their row says so. */
function isReadOnly(name: string, row: Setting): boolean {
  return dynamicRow(name) === row && row.dynamic === 'read-only'
}

/** Settings that say the same thing in different units; the first that is set counts. */
const brokerFamilies: readonly (readonly string[])[] = [
  ['log.roll.ms', 'log.roll.hours'],
  ['log.roll.jitter.ms', 'log.roll.jitter.hours'],
  ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'],
]

function namesFor(name: string): readonly string[] {
  const family = brokerFamilies.find((names) => names.includes(name))
  if (family !== undefined) return family
  // The scheduler's interval stands in for the other, not the other way round.
  if (name === 'log.flush.interval.ms') return [name, 'log.flush.scheduler.interval.ms']
  const base = listenerKey(name)?.base
  return base === undefined ? [name] : [name, base]
}

/** All that was said of a broker setting, in order of precedence, from its own name on. */
function brokerSynonyms(name: string, layers: BrokerLayers): DescribedSynonym[] {
  const names = namesFor(name)
  const { explicit } = layers.broker
  const said: [number, (name: string) => string | null | undefined][] = [
    [configSource.dynamicBroker, (key) => own(layers.perBroker, key)],
    [configSource.dynamicDefaultBroker, (key) => own(layers.clusterWide, key)],
    [configSource.staticBroker, (key) => explicit.get(key)?.value],
    [configSource.default, defaultText],
  ]
  const sensitive = dynamicRow(name)?.sensitive ?? true
  const synonyms: DescribedSynonym[] = []
  for (const [source, textOf] of said) {
    for (const key of names) {
      const text = textOf(key)
      if (text === null || text === undefined) continue
      synonyms.push({ name: key, value: sensitive ? null : text, source })
    }
  }
  const start = synonyms.findIndex((synonym) => synonym.name === name)
  return start < 0 ? [] : synonyms.slice(start)
}

function own(texts: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(texts, key) ? texts[key] : undefined
}

function defaultText(key: string): string | null {
  const row = rowOf(brokerSettings, key)
  return row === undefined || !row.hasDefault ? null : formatValue(row, row.default)
}

/** A text as Kafka shows it once it is parsed; as it is if it does not parse. */
function normal(row: Setting, text: string): string | null {
  const parsed = parseValue(row, row.type, text)
  return parsed.ok ? formatValue(row, parsed.value) : text
}
