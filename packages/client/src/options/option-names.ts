// Options of clients are Kafka's own settings with names that suit TypeScript: `linger.ms` is `lingerMs`. Types, defaults,
// ranges and documentation stay in the one settings table.

import {
  type Problem,
  readSettings,
  type Setting,
  type Settings,
  SettingsError,
  type SettingsTable,
} from '@samsa/settings'

/** `linger.ms` → `lingerMs`. */
export type OptionName<Key extends string> = Key extends `${infer Head}.${infer Tail}`
  ? `${Head}${Capitalize<OptionName<Tail>>}`
  : Key

/** The options that stand for the rows `Keys` of a settings table. */
export type OptionsOf<Table extends SettingsTable, Keys extends keyof Table & string> = {
  readonly [Key in Keys as OptionName<Key>]?: Table[Key] extends Setting<infer Value>
    ? Value
    : never
}

/** `lingerMs` → `linger.ms`. */
function keyOf(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `.${letter.toLowerCase()}`)
}

/** As a properties file would say it; what no row takes is shown as JSON. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value)
}

/**
 * The rows `keys` of `table` as the options say them; options that are `undefined` keep the default. Throws SettingsError
 * with all problems: unknown names, wrong types, values out of range. `source` says in messages whose options they are.
 */
export function readOptions<Table extends SettingsTable, Keys extends keyof Table & string>(
  table: Table,
  keys: readonly Keys[],
  options: Readonly<Record<string, unknown>>,
  source: string,
): Pick<Settings<Table>, Keys> {
  const rows = Object.fromEntries(keys.map((key) => [key, table[key]])) as SettingsTable
  const texts: Record<string, string> = {}
  for (const [option, value] of Object.entries(options)) {
    if (value !== undefined) texts[keyOf(option)] = textOf(value)
  }
  const { settings, problems } = readSettings(rows, texts, source)
  const named = problems.map((problem): Problem => {
    const option = Object.keys(options).find((name) => keyOf(name) === problem.key)
    return { ...problem, key: option ?? problem.key }
  })
  if (named.length > 0) throw new SettingsError(named)
  return settings as unknown as Pick<Settings<Table>, Keys>
}
