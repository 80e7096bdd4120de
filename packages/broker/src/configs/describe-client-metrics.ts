// A client metrics subscription as DescribeConfigs shows it.

import {
  clientMetricsSettings,
  type DescribedSetting,
  formatValue,
  parseValue,
  type Setting,
} from '@samsa/settings'

const clientMetricsSource = 7
const defaultSource = 5
const typeNumbers: Readonly<Partial<Record<Setting['type'], number>>> = { int: 3, list: 7 }

/** The subscription with these configs; `keys` limits the answer, null is everything. */
export function describeClientMetrics(
  configs: ReadonlyMap<string, string>,
  keys: readonly string[] | null,
): DescribedSetting[] {
  const rows: [string, Setting][] = Object.entries(clientMetricsSettings)
  const wanted =
    keys === null || keys.length === 0 ? rows : rows.filter(([name]) => keys.includes(name))
  return wanted
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, row]) => {
      const text = configs.get(name)
      const parsed = text === undefined ? undefined : parseValue(row, name, text)
      const value = formatValue(row, parsed?.ok === true ? parsed.value : row.default)
      const source = text === undefined ? defaultSource : clientMetricsSource
      return {
        name,
        value,
        configSource: source,
        readOnly: false,
        isSensitive: false,
        synonyms: text === undefined ? [] : [{ name, value, source }],
        configType: typeNumbers[row.type] ?? 0,
        documentation: row.doc,
      }
    })
}
