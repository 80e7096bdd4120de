/**
 * Writes docs/reference/settings.md from the settings table.
 *
 *   node --conditions=@samsa/source tools/settings-docs.ts
 *
 * Invariant: the page holds what the table holds and nothing else; settings-docs.test.ts fails when
 * it is out of date.
 */
import { writeFileSync } from 'node:fs'
import {
  INT_MAX,
  LONG_MAX,
  type Setting,
  type SettingsTable,
  adminSettings,
  brokerThemes,
  clientMetricsSettings,
  clientQuotaSettings,
  consumerSettings,
  dynamicOnlySettings,
  expectedOf,
  formatValue,
  groupOverrideSettings,
  producerSettings,
  topicSettings,
} from '@samsa/settings'

/** Where the page lies. */
export const settingsPage = new URL('../docs/reference/settings.md', import.meta.url)

/** The whole page. */
export function settingsPageText(): string {
  const themes = Object.entries(brokerThemes)
  return [
    '# Settings',
    '',
    ...introduction(),
    '',
    '## Broker settings',
    '',
    ...themes.flatMap(([title, table]) => section(`### ${title}`, table)),
    ...section('### On a running broker only', dynamicOnlySettings),
    ...section('## Topic settings', topicSettings),
    ...section('## Group settings', groupOverrideSettings),
    ...section('## Client quotas', clientQuotaSettings),
    ...section('## Client metrics subscriptions', clientMetricsSettings),
    '## Client settings',
    '',
    'Kafka names of client settings, as property files for command line tools use them.',
    '',
    ...clientSections(),
  ].join('\n')
}

function introduction(): string[] {
  return [
    '<!-- Written by tools/settings-docs.ts. Change the table in packages/settings instead. -->',
    '',
    "A broker takes Apache Kafka's settings under Kafka's names, with Kafka's defaults. Later",
    'sources win: defaults, then the properties file, then environment variables, then',
    '`--set key=value`. In the environment `log.retention.ms` is `SAMSA_LOG_RETENTION_MS`. Every',
    'problem is reported at once before anything starts.',
    '',
    'Settings in *italics* are accepted, so that files written for Kafka work, and have no effect;',
    'the reason is given, and a warning names them at start. *Changes* says whether a setting can',
    'be changed while brokers run: for one broker (`per-broker`) or for all (`cluster-wide`).',
    'Settings of one listener are written `listener.name.NAME.` before the setting.',
  ]
}

/** What all clients share is listed once; what differs by client stands under the client. */
function clientSections(): string[] {
  const tables: readonly [string, SettingsTable][] = [
    ['Producers', producerSettings],
    ['Consumers', consumerSettings],
    ['Admin clients', adminSettings],
  ]
  const shared: Record<string, Setting> = {}
  for (const [key, row] of Object.entries(producerSettings)) {
    if (tables.every(([, table]) => table[key] === row)) shared[key] = row
  }
  return [
    ...section('### All clients', shared),
    ...tables.flatMap(([title, table]) => {
      const own = Object.entries(table).filter(([key]) => !Object.hasOwn(shared, key))
      return section(`### ${title}`, Object.fromEntries(own))
    }),
  ]
}

function section(title: string, table: SettingsTable): string[] {
  const rows = Object.entries(table).filter(([, row]) => !row.internal)
  const honoured = rows.filter(([, row]) => row.use === 'honoured')
  const accepted = rows.filter(([, row]) => row.use === 'accepted')
  const changes = rows.some(([, row]) => row.dynamic !== 'read-only')
  const heads = ['Setting', 'Default', 'Takes', ...(changes ? ['Changes'] : []), 'Meaning']
  return [
    title,
    '',
    line(heads),
    line(heads.map(() => '---')),
    ...[...honoured, ...accepted].map(([key, row]) => line(cells(key, row, changes))),
    '',
  ]
}

function cells(key: string, row: Setting, changes: boolean): string[] {
  const name = row.use === 'accepted' ? `*\`${key}\`*` : `\`${key}\``
  const when = row.dynamic === 'read-only' ? '' : row.dynamic
  const meaning = [row.doc, ...synonyms(row)]
  if (row.reason !== undefined) meaning.push(`*No effect: ${row.reason}*`)
  return [name, initial(key, row), expectedOf(row), ...(changes ? [when] : []), meaning.join(' ')]
}

function synonyms(row: Setting): string[] {
  if (row.broker.length === 0) return []
  const keys = row.broker.map(({ key }) => `\`${key}\``)
  return [`Default from the broker's ${keys.join(', else ')}.`]
}

function initial(key: string, row: Setting): string {
  if (!row.hasDefault || row.default === null) return ''
  if (row.default === INT_MAX || row.default === LONG_MAX) return 'no limit'
  if (row.default === Number.MAX_VALUE) return 'no limit'
  const text = formatValue(row, row.default) ?? ''
  if (text === '') return 'empty'
  const size = typeof row.default === 'number' ? readable(key, row.default) : ''
  return size === '' ? `\`${text}\`` : `\`${text}\` (${size})`
}

const units = {
  bytes: [
    [1_073_741_824, 'GiB'],
    [1_048_576, 'MiB'],
    [1024, 'KiB'],
  ],
  ms: [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ],
} as const

/** A round number of bytes or milliseconds in a larger unit; empty if there is none. */
function readable(key: string, value: number): string {
  const kind = key.endsWith('.ms') ? 'ms' : /\.(bytes|size)$/.test(key) ? 'bytes' : undefined
  if (kind === undefined || value <= 0) return ''
  const fitting = units[kind].find(([size]) => value % size === 0)
  return fitting === undefined ? '' : `${value / fitting[0]} ${fitting[1]}`
}

function line(texts: readonly string[]): string {
  return `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`
}

if (import.meta.main) writeFileSync(settingsPage, settingsPageText())
