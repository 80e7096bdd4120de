// README's table of figures, made from the kept results: nobody writes a figure there by hand, and `npm run docs:check`
// fails when table and results differ.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readResults, type Result, type ResultRow } from './results.ts'
import { figure, ratioText } from './table.ts'

const readme = join(import.meta.dirname, '..', '..', '..', 'README.md')
const begin = '<!-- figures: npm run bench -- --readme -->'
const end = '<!-- end of figures -->'

/** What the table shows, in this order: a story, its row, and what README calls it. Rows never measured are left out. */
const shown: readonly (readonly [story: string, row: string, label: string])[] = [
  ['broker', 'start to first record, source', 'start to the first acknowledged record'],
  ['broker', '16 KB batches, beside Kafka', 'produce, 16 KB batches'],
  ['broker', '16 KB batches, CPU beside Kafka', 'its processor time'],
  ['broker', '1 MB batches, beside Kafka', 'produce, 1 MB batches'],
  ['broker', '1 MB batches, CPU beside Kafka', 'its processor time'],
  ['broker', 'one record a request, beside Kafka', 'produce, one record a request'],
  ['broker', 'one record a request, CPU beside Kafka', 'its processor time'],
  ['broker', 'consume, beside Kafka', 'consume'],
  ['broker', 'consume, CPU beside Kafka', 'its processor time'],
  ['broker', 'p99 at 2000 a second', 'p99 of acknowledgements, 2,000 a second'],
  ['broker', 'p99 at 10000 a second', 'p99 of acknowledgements, 10,000 a second'],
  ['broker', 'memory, idle', 'memory of an idle broker'],
  ['groups', '5000 offset commits a second, CPU', '5,000 offset commits a second, processor time'],
  ['groups', '2000 transactions of 10 records a second, p99', '2,000 transactions a second, p99'],
  ['cluster', '16 KB batches, acks=all', 'three brokers, acks=all, 16 KB batches'],
  ['cluster', '16 KB batches, CPU of three brokers', 'its processor time'],
  ['cluster', 'memory of three brokers', 'memory of three brokers'],
  ['cluster', 'leader killed, until writes go on', 'leader killed, until writes go on'],
  ['client', 'produce 100 B, batch, best Node client', 'client: batches of 100 awaited one by one'],
  ['client', 'produce 100 B, unbounded, best Node client', 'client: produce as fast as it can'],
  ['client', 'consume 100 B, best Node client', 'client: consume'],
]

function cellOf(row: ResultRow, name: string): string {
  const contender = row.contenders[name]
  return contender === undefined ? '' : `${figure(contender.median)} ${row.unit}`
}

function lineOf(row: ResultRow, label: string): string {
  const other = Object.keys(row.contenders).find((name) => name !== 'samsa')
  const beside = other === undefined ? '' : `${cellOf(row, other)} (${other})`
  const ratio = row.ratio === undefined ? '' : ratioText(row.ratio)
  const verdict = row.goal === 'none' ? '' : `${row.goal}: ${row.met ? 'met' : '**not met**'}`
  return `| ${label} | ${cellOf(row, 'samsa')} | ${beside} | ${ratio} | ${verdict} |`
}

/** The table between README's two marks. */
export function figuresOf(results: readonly Result[]): string {
  const lines = shown.flatMap(([story, name, label]) => {
    const result = results.find((each) => each.story === story)
    const row = result?.rows.find((each) => each.name === name)
    return row === undefined ? [] : [lineOf(row, label)]
  })
  if (lines.length === 0) return 'Nothing is measured yet: `npm run bench`.'
  const used = results.filter(({ story }) => shown.some(([each]) => each === story))
  const goals = results.flatMap(({ rows }) => rows).filter(({ goal }) => goal !== 'none')
  const met = goals.filter((row) => row.met).length
  return [
    '| | Samsa | beside | ratio | goal |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
    `${met} of ${goals.length} goals are met; every row is in [bench/results](bench/results).`,
    `Measured ${machinesOf(used)}.`,
  ].join('\n')
}

function machinesOf(results: readonly Result[]): string {
  const said = results.map(({ machine, versions, date }) => {
    const kafka = versions['Apache Kafka']
    const beside = kafka === undefined ? '' : ` and Apache Kafka ${kafka}`
    const where = `with ${machine.cores} cores (${machine.cpu}), Node ${versions['node']}${beside}`
    return { where, day: date.slice(0, 10) }
  })
  const places = [...new Set(said.map(({ where }) => where))]
  const days = [...new Set(said.map(({ day }) => day))].sort()
  return `on ${days.join(' and ')} on a machine ${places.join(', and on one ')}`
}

/** README with the table of these results. Throws a RangeError when its marks are gone. */
export function withFigures(text: string, results: readonly Result[]): string {
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new RangeError(`README.md has no place for figures (${begin})`)
  return `${text.slice(0, from)}${begin}\n\n${figuresOf(results)}\n\n${text.slice(to)}`
}

/** README as it stands, and as the kept results want it. */
export function readmeTexts(): { readonly stands: string; readonly wanted: string } {
  const stands = readFileSync(readme, 'utf8')
  return { stands, wanted: withFigures(stands, readResults()) }
}

/** Writes README's table. */
export function writeReadme(): void {
  writeFileSync(readme, readmeTexts().wanted)
}
