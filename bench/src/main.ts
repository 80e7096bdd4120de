// `npm run bench -- STORY… [--json] [--smoke] [--baseline]`: runs benchmark stories and prints one table each. A story
// measures ours and its reference in one run, so ratios are the result; absolute figures depend on the machine.
//
// `--smoke` fails only where a ratio has collapsed below 0.7 of the committed baseline; `--baseline` writes that file.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Row } from './row.ts'
import { stories } from './stories.ts'
import { tableOf } from './table.ts'

/** How much of the baseline's ratio must be left, on a machine that does other things too. */
const collapsed = 0.7
const baselinePath = join(import.meta.dirname, '..', 'baseline.json')

/** Ratios by story and row. */
type Baseline = Readonly<Record<string, Readonly<Record<string, number>>>>

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    baseline: { type: 'boolean', default: false },
    against: { type: 'string' },
    only: { type: 'string' },
    minutes: { type: 'string' },
  },
})

function readBaseline(): Baseline {
  return JSON.parse(readFileSync(baselinePath, 'utf8')) as Baseline
}

/** The rows whose ratio is far below what it was, as sentences. */
function collapses(story: string, rows: readonly Row[]): string[] {
  const baseline = readBaseline()[story] ?? {}
  return rows.flatMap(({ name, ratio }) => {
    const before = baseline[name]
    if (ratio === undefined || before === undefined || ratio >= before * collapsed) return []
    return [`${story}: ${name}: ratio ${ratio.toFixed(2)}, the baseline says ${before.toFixed(2)}`]
  })
}

function writeBaseline(results: Readonly<Record<string, readonly Row[]>>): void {
  const ratios = Object.entries(results).map(([story, rows]) => {
    const entries = rows.flatMap(({ name, ratio }) =>
      ratio === undefined ? [] : [[name, Math.round(ratio * 100) / 100] as const],
    )
    return [story, Object.fromEntries(entries)] as const
  })
  const all = { ...readBaseline(), ...Object.fromEntries(ratios) }
  writeFileSync(baselinePath, `${JSON.stringify(all, undefined, 2)}\n`)
}

const names = positionals.length > 0 ? positionals : Object.keys(stories)
const results: Record<string, readonly Row[]> = {}
for (const name of names) {
  const story = stories[name]
  if (story === undefined) {
    process.stderr.write(`no story ${name}; there are ${Object.keys(stories).join(', ')}\n`)
    process.exit(2)
  }
  const rows = await story(values)
  results[name] = rows
  if (!values.json) process.stdout.write(`${name}\n${tableOf(rows)}\n`)
}
if (values.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`)
if (values.baseline) writeBaseline(results)

const missed = Object.values(results).flatMap((rows) => rows.filter((row) => !row.met))
if (missed.length > 0) process.stderr.write(`${missed.length} goals not met\n`)
const fallen = values.smoke ? Object.entries(results).flatMap((each) => collapses(...each)) : []
for (const sentence of fallen) process.stderr.write(`${sentence}\n`)
process.exit((values.smoke ? fallen : missed).length > 0 ? 1 : 0)
