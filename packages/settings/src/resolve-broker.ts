/**
 * From everything said about a broker to its settings.
 *
 * Invariant: either all of it is right and there are settings, or one SettingsError names all that
 * is wrong. What was said but has no effect is a warning, so nothing is ignored in silence.
 */
import { type BrokerSettings, brokerSettings } from './broker/broker-settings.ts'
import { dynamicOnlySettings } from './broker/dynamic-only-settings.ts'
import { checkBrokerRules, checkTlsListener } from './broker-rules.ts'
import { brokerRow, listenerKey, listenerPrefix } from './listener-key.ts'
import { type Listeners, readListeners } from './listeners.ts'
import { nearestKey } from './nearest-key.ts'
import { type Problem, SettingsError } from './problem.ts'
import { defaultSettings, unknownKey, wrongValue } from './read-settings.ts'
import { type SettingValue, rowOf } from './setting.ts'
import { type SettingsSources, type Statement, statements } from './statement.ts'
import { parseValue } from './value.ts'

/** Something said that has no effect, or another than its writer may think. */
export interface SettingsWarning {
  readonly key: string
  /** Where it was said. */
  readonly source: string
  /** Full sentences. */
  readonly message: string
}

/** A broker's settings and where they came from. */
export interface ResolvedBroker {
  readonly settings: BrokerSettings
  readonly listeners: Listeners
  /** Every key that was set, unknown ones included, with the statement that counted. */
  readonly explicit: ReadonlyMap<string, Statement>
  readonly warnings: readonly SettingsWarning[]
}

/** Reads a broker's settings from all sources. Throws a SettingsError that lists every problem. */
export function resolveBrokerSettings(sources: SettingsSources): ResolvedBroker {
  const problems: Problem[] = []
  const warnings: SettingsWarning[] = []
  const explicit = new Map<string, Statement>()
  for (const said of statements(sources, problems)) {
    const earlier = explicit.get(said.key)
    if (earlier?.origin === said.origin) warnings.push(repeated(said, earlier))
    explicit.set(said.key, said)
  }
  const values: Record<string, SettingValue> = { ...defaultSettings(brokerSettings) }
  for (const said of explicit.values()) readStatement(said, values, problems, warnings)
  shareIdentity(explicit, values)
  const settings = values as BrokerSettings
  const isSaid = (key: string): boolean => explicit.has(key)
  const report = (key: keyof BrokerSettings, message: string, expected: string): void => {
    const said = explicit.get(key)
    const source = said?.where ?? 'defaults'
    problems.push({ key, value: said?.value ?? null, source, expected, message })
  }
  checkBrokerRules(settings, isSaid, report)
  const listeners = readListeners(settings, isSaid, report)
  for (const { name, securityProtocol } of listeners.all) {
    if (!securityProtocol.endsWith('SSL')) continue
    checkTlsListener(name, listenerSettings({ settings, explicit }, name), report)
  }
  if (problems.length > 0) throw new SettingsError(problems)
  return { settings, listeners, explicit, warnings }
}

/**
 * The broker's settings as one listener sees them: what was said under `listener.name.NAME.` stands
 * over the rest, and what was said for one SASL mechanism there over that.
 */
export function listenerSettings(
  broker: Pick<ResolvedBroker, 'settings' | 'explicit'>,
  listener: string,
  mechanism?: string,
): BrokerSettings {
  const values: Record<string, SettingValue> = { ...broker.settings }
  const prefix = `${listenerPrefix}${listener.toLowerCase()}.`
  const prefixes =
    mechanism === undefined ? [prefix] : [prefix, `${prefix}${mechanism.toLowerCase()}.`]
  for (const start of prefixes) {
    for (const [key, said] of broker.explicit) {
      const base = key.slice(start.length)
      const row = key.startsWith(start) ? rowOf(brokerSettings, base) : undefined
      if (row === undefined) continue
      const parsed = parseValue(row, key, said.value)
      if (parsed.ok) values[base] = parsed.value
    }
  }
  return values as BrokerSettings
}

function readStatement(
  said: Statement,
  values: Record<string, SettingValue>,
  problems: Problem[],
  warnings: SettingsWarning[],
): void {
  const { key, value, origin, where } = said
  const row = brokerRow(key)
  if (row === undefined) {
    if (origin === 'file') warnings.push(unknownInFile(key, where))
    else problems.push(unknownKey(key, where, brokerKeys, `Unknown setting ${key}.`))
    return
  }
  const parsed = parseValue(row, key, value)
  if (!parsed.ok) {
    problems.push(wrongValue(row, { key, value, source: where }, parsed))
    return
  }
  if (listenerKey(key) === undefined) values[key] = parsed.value
  if (row.reason !== undefined && origin !== 'preset') {
    warnings.push({ key, source: where, message: `${key} has no effect. ${row.reason}` })
  }
}

const brokerKeys = Object.keys(brokerSettings)

/** Kafka keeps unknown keys of a file for plug-ins, so they are no error there. */
function unknownInFile(key: string, source: string): SettingsWarning {
  if (rowOf(dynamicOnlySettings, key) !== undefined) {
    return { key, source, message: `${key} can be set on a running broker only.` }
  }
  const base = listenerKey(key)?.base ?? key
  const nearest = nearestKey(base, brokerKeys)
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`
  return { key, source, message: `${key} is not known and has no effect.${meant}` }
}

function repeated(said: Statement, earlier: Statement): SettingsWarning {
  const message = `${said.key} is said twice; ${earlier.where} does not count.`
  return { key: said.key, source: said.where, message }
}

/** `broker.id` and `node.id` are one setting: what is said of one is said of both. */
function shareIdentity(
  explicit: Map<string, Statement>,
  values: Record<string, SettingValue>,
): void {
  for (const [key, other] of [
    ['broker.id', 'node.id'],
    ['node.id', 'broker.id'],
  ] as const) {
    const said = explicit.get(key)
    const otherSaid = explicit.get(other)
    if (said === undefined || (otherSaid !== undefined && otherSaid.origin !== 'preset')) continue
    explicit.set(other, { ...said, key: other })
    values[other] = values[key] ?? null
  }
}
