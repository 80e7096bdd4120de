/**
 * Reads texts against any table: clients, groups, topics.
 *
 * Invariant: every problem is found; a row with a problem keeps its default.
 */
import { nearestKey } from './nearest-key.ts'
import type { Problem } from './problem.ts'
import { type Setting, type Settings, type SettingsTable, type SettingValue } from './setting.ts'
import { rowOf } from './setting.ts'
import { expectedOf, parseValue } from './value.ts'

/** What a table's rows are when nothing is said. */
export function defaultSettings<Table extends SettingsTable>(table: Table): Settings<Table> {
  return Object.fromEntries(
    Object.entries(table).map(([key, row]) => [key, row.default]),
  ) as Settings<Table>
}

/**
 * The settings that `texts` make of `table`, with all problems; unknown names are problems.
 * `source` says in messages where the texts come from, for example `producer.properties`.
 */
export function readSettings<Table extends SettingsTable>(
  table: Table,
  texts: Readonly<Record<string, string>>,
  source: string,
): { readonly settings: Settings<Table>; readonly problems: readonly Problem[] } {
  const values: Record<string, SettingValue> = { ...defaultSettings(table) }
  const problems: Problem[] = []
  for (const [key, text] of Object.entries(texts)) {
    const row = rowOf(table, key)
    if (row === undefined) {
      problems.push(unknownKey(key, source, Object.keys(table), `Unknown setting ${key}.`))
      continue
    }
    const parsed = parseValue(row, key, text)
    if (parsed.ok) values[key] = parsed.value
    else problems.push(wrongValue(row, { key, value: text, source }, parsed))
  }
  return { settings: values as Settings<Table>, problems }
}

/** The problem of a name that no row has. Its value is left out, it may be a secret's. */
export function unknownKey(
  key: string,
  source: string,
  known: Iterable<string>,
  message: string,
): Problem {
  const nearest = nearestKey(key, known)
  const problem = { key, value: null, source, expected: 'the name of a known setting', message }
  return nearest === undefined ? problem : { ...problem, nearest }
}

/** The problem of a value that its row does not take. */
export function wrongValue(
  row: Setting,
  said: { readonly key: string; readonly value: string; readonly source: string },
  fault: { readonly message: string; readonly expected?: string },
): Problem {
  return {
    key: said.key,
    value: row.sensitive ? '[hidden]' : said.value,
    source: said.source,
    expected: fault.expected ?? expectedOf(row),
    message: fault.message,
  }
}
