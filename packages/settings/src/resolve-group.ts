/**
 * A group's settings: its own over the broker's `group.` settings, within the bounds those set.
 *
 * Invariant: a group's interval never leaves the broker's bounds, also when these are narrowed
 * after the group's own setting was stored.
 */
import type { BrokerSettings } from './broker/broker-settings.ts'
import { type GroupOverrides, groupOverrideSettings } from './group-override-settings.ts'
import type { Problem } from './problem.ts'
import { readSettings } from './read-settings.ts'
import { brokerDefault } from './resolve-topic.ts'
import { type Setting, type SettingValue, rowOf } from './setting.ts'

const source = 'group config'

/** All that is wrong with what a client wants for a group, in Kafka's words. */
export function validateGroupConfigs(
  overrides: Readonly<Record<string, string>>,
  broker: BrokerSettings,
): Problem[] {
  const { settings, problems } = readSettings(groupOverrideSettings, overrides, source)
  const found = problems.map((problem) => {
    if (rowOf(groupOverrideSettings, problem.key) !== undefined) return problem
    return { ...problem, message: `Unknown group config name: ${problem.key}` }
  })
  for (const [key, value] of Object.entries<SettingValue>(settings)) {
    if (!Object.hasOwn(overrides, key) || typeof value !== 'number') continue
    const { least, most } = boundsOf(key, broker)
    if (least !== undefined && value < least.value) {
      const message = `${key} must be greater than or equal to ${least.key}`
      found.push({ key, value: `${value}`, source, expected: `at least ${least.value}`, message })
    }
    if (most !== undefined && value > most.value) {
      const message = `${key} must be less than or equal to ${most.key}`
      found.push({ key, value: `${value}`, source, expected: `at most ${most.value}`, message })
    }
  }
  return found
}

/** What a group with these stored settings goes by; one that does not parse is passed over. */
export function resolveGroupSettings(
  broker: BrokerSettings,
  overrides: Readonly<Record<string, string>>,
): GroupOverrides {
  const { settings, problems } = readSettings(groupOverrideSettings, overrides, source)
  const wrong = new Set(problems.map((problem) => problem.key))
  const values: Record<string, SettingValue> = { ...settings }
  for (const [key, row] of Object.entries<Setting>(groupOverrideSettings)) {
    const own = Object.hasOwn(overrides, key) && !wrong.has(key)
    if (!own) values[key] = brokerDefault(row, broker) ?? row.default
    const value = values[key]
    if (!own || typeof value !== 'number') continue
    const { least, most } = boundsOf(key, broker)
    values[key] = Math.max(least?.value ?? value, Math.min(most?.value ?? value, value))
  }
  return values as GroupOverrides
}

interface Bound {
  readonly key: string
  readonly value: number
}

/** `consumer.session.timeout.ms` lies between `group.consumer.min.…` and `group.consumer.max.…`. */
function boundsOf(
  key: string,
  broker: BrokerSettings,
): { readonly least: Bound | undefined; readonly most: Bound | undefined } {
  const at = key.indexOf('.')
  const bound = (which: 'min' | 'max'): Bound | undefined => {
    const name = `group.${key.slice(0, at)}.${which}${key.slice(at)}`
    const value = broker[name as keyof BrokerSettings]
    return typeof value === 'number' ? { key: name, value } : undefined
  }
  return { least: bound('min'), most: bound('max') }
}
