/**
 * Changing settings while brokers run: what may change, how a change of a list is worked out, and
 * what a broker goes by afterwards.
 *
 * Invariant: a change is judged whole; every problem in it is named.
 */
import { type BrokerSettings, brokerSettings } from './broker/broker-settings.ts'
import { dynamicOnlySettings } from './broker/dynamic-only-settings.ts'
import { brokerRow, listenerKey } from './listener-key.ts'
import type { Problem } from './problem.ts'
import { unknownKey, wrongValue } from './read-settings.ts'
import { type Setting, type SettingsTable, type SettingValue, rowOf } from './setting.ts'
import { formatValue, parseValue } from './value.ts'

/** The row of anything that can be set on a running broker. */
export function dynamicRow(key: string): Setting | undefined {
  return rowOf(dynamicOnlySettings, key) ?? brokerRow(key)
}

/**
 * All that keeps a running broker from taking these changes, in Kafka's words; none if it may. Null
 * removes a setting. `perBroker` tells a change for one broker from one for the whole cluster.
 * Unlike Kafka, which stores unknown names for plug-ins, this refuses them: here nothing would ever
 * read them.
 */
export function validateDynamicBroker(
  changes: Readonly<Record<string, string | null>>,
  perBroker: boolean,
): Problem[] {
  const problems: Problem[] = []
  for (const [key, value] of Object.entries(changes)) {
    const row = dynamicRow(key)
    if (row === undefined) {
      const message = `Unknown broker config name: ${key}`
      problems.push(unknownKey(key, source, dynamicKeys, message))
      continue
    }
    const refusal = refusalOf(key, row, perBroker)
    if (refusal !== undefined) {
      const shown = row.sensitive && value !== null ? '[hidden]' : value
      problems.push({ key, value: shown, source, ...refusal })
    }
    if (value === null) continue
    const parsed = parseValue(row, key, value)
    if (!parsed.ok) problems.push(wrongValue(row, { key, value, source }, parsed))
  }
  return problems
}

const source = 'dynamic config'

const dynamicKeys = [...Object.entries(brokerSettings), ...Object.entries(dynamicOnlySettings)]
  .filter(([, row]) => row.dynamic !== 'read-only')
  .map(([key]) => key)

/** Certificates belong to listeners; Kafka changes them under a listener's prefix only. */
const listenerOnlyKeys: ReadonlySet<string> = new Set([
  'ssl.keystore.type',
  'ssl.keystore.location',
  'ssl.keystore.password',
  'ssl.keystore.key',
  'ssl.keystore.certificate.chain',
  'ssl.key.password',
  'ssl.truststore.type',
  'ssl.truststore.location',
  'ssl.truststore.password',
  'ssl.truststore.certificates',
])

function refusalOf(
  key: string,
  row: Setting,
  perBroker: boolean,
): { readonly message: string; readonly expected: string } | undefined {
  const ofListener = listenerKey(key) !== undefined
  if (row.dynamic === 'read-only' && !ofListener) {
    const message = `Cannot update these configs dynamically: ${key}`
    return { message, expected: 'a change of the properties file and a restart' }
  }
  if (listenerOnlyKeys.has(key)) {
    const message =
      'These security configs can be dynamically updated only per-listener using the listener ' +
      `prefix: ${key}`
    return { message, expected: `listener.name.NAME.${key}` }
  }
  const forOneBroker =
    row.dynamic === 'per-broker' || (ofListener && row.dynamic !== 'cluster-wide')
  if (forOneBroker && !perBroker) {
    const message =
      'Cannot update these configs at default cluster level, broker id must be specified: ' + key
    return { message, expected: 'a broker id' }
  }
  return undefined
}

/** What a running broker was told: for the whole cluster, and for itself, which counts more. */
export interface DynamicLayers {
  readonly clusterWide: Readonly<Record<string, string>>
  readonly perBroker: Readonly<Record<string, string>>
}

/**
 * The settings a broker goes by: its own from the start, changed by what it was told since. A
 * stored value that does not parse is passed over, as Kafka does, and named in `problems`.
 */
export function withDynamicSettings(
  settings: BrokerSettings,
  layers: DynamicLayers,
): { readonly settings: BrokerSettings; readonly problems: readonly Problem[] } {
  const values: Record<string, SettingValue> = { ...settings }
  const problems: Problem[] = []
  for (const layer of [layers.clusterWide, layers.perBroker]) {
    for (const [key, value] of Object.entries(layer)) {
      const row = rowOf(brokerSettings, key)
      if (row === undefined || row.dynamic === 'read-only') continue
      const parsed = parseValue(row, key, value)
      if (parsed.ok) values[key] = parsed.value
      else problems.push(wrongValue(row, { key, value, source }, parsed))
    }
  }
  return { settings: values as BrokerSettings, problems }
}

/** One step of IncrementalAlterConfigs. */
export interface Alteration {
  readonly operation: 'set' | 'delete' | 'append' | 'subtract'
  readonly key: string
  /** Unused by 'delete'. */
  readonly value: string | null
}

/**
 * What a key is set to after an alteration: null if it is no longer set, a Problem if the step
 * makes no sense. `current` is what it is set to now, null if it is not; lists are then altered
 * from their default, as in Kafka. The result is not validated.
 */
export function applyAlteration(
  table: SettingsTable,
  current: string | null,
  { operation, key, value }: Alteration,
): string | null | Problem {
  if (operation === 'delete') return null
  if (value === null) {
    const message = `Null value not supported for : ${key}`
    return { key, value, source, expected: 'a value', message }
  }
  if (operation === 'set') return value
  const row = rowOf(table, key) ?? rowOf(table, listenerKey(key)?.base ?? '')
  if (row?.type !== 'list') {
    const name = operation.toUpperCase()
    const message = `Can't ${name} to key ${key} because its type is not LIST.`
    return { key, value, source, expected: 'a setting that is a list', message }
  }
  const elements = split(current ?? formatValue(row, row.default) ?? '')
  const changed = split(value)
  if (operation === 'append') {
    return [...elements, ...changed.filter((element) => !elements.includes(element))].join(',')
  }
  return elements.filter((element) => !changed.includes(element)).join(',')
}

function split(text: string): string[] {
  return text
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '')
}
