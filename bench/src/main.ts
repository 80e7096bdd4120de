// `npm run bench -- [STORY…] [--json] [--smoke] [--baseline] [--readme] [--list]`: runs benchmark stories and prints one
// table each, with a row for every goal. A story measures ours and its yardsticks in one run, so ratios are the result;
// absolute figures depend on the machine. A whole run is kept in `bench/results/<story>.json`.
//
// `--smoke` runs short versions and fails only where a steady ratio is below 0.7 of the committed baseline, in two runs
// one after the other; with `--baseline` it measures three times and writes that file. `--readme` makes README's table from the kept results.
// `--only` and `--against` measure parts of a story, which are printed and not kept.

import { parseArgs } from 'node:util'
import type { Row } from './row.ts'
import { collapses, readBaseline, writeBaseline } from './runner/baseline.ts'
import { writeReadme } from './runner/readme.ts'
import { resultOf, writeResult } from './runner/results.ts'
import { tableOf } from './runner/table.ts'
import { stories } from './stories.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    baseline: { type: 'boolean', default: false },
    readme: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    against: { type: 'string' },
    only: { type: 'string' },
    minutes: { type: 'string' },
  },
})

if (values.list || values.readme) {
  if (values.readme) writeReadme()
  else process.stdout.write(`${Object.keys(stories).join('\n')}\n`)
  process.exit(0)
}
const names = positionals.length > 0 ? positionals : Object.keys(stories)
const unknown = names.filter((name) => stories[name] === undefined)
if (unknown.length > 0) {
  const known = Object.keys(stories).join(', ')
  process.stderr.write(`no story ${unknown.join(', ')}; there are ${known}\n`)
  process.exit(2)
}
/** Parts are not the story: they are printed, and what was kept of a whole run stays. */
const isWhole = !values.smoke && values.only === undefined && values.against === undefined

/** Measures one story; a story that throws has no rows, and the others still run. */
async function measured(name: string): Promise<readonly Row[] | undefined> {
  const startedAt = performance.now()
  try {
    const rows = (await stories[name]?.(values)) ?? []
    if (isWhole) writeResult(resultOf(name, rows))
    if (!values.json) {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
      process.stdout.write(`${name} (${seconds} s)\n${tableOf(rows)}\n\n`)
    }
    return rows
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.stderr.write(`${name} ended early: ${text}\n`)
    return undefined
  }
}

/** Ratios that have collapsed twice: what disturbed the machine once does not count. */
async function collapsed(name: string, rows: readonly Row[]): Promise<string[]> {
  const baseline = readBaseline()
  const first = collapses(name, rows, baseline)
  if (first.length === 0) return []
  process.stderr.write(`${first.join('\n')}\nonce more:\n`)
  const again = await measured(name)
  return again === undefined ? first : collapses(name, again, baseline)
}

const results: Record<string, readonly Row[]> = {}
const runs: Record<string, readonly (readonly Row[])[]> = {}
const broken: string[] = []
for (const name of names) {
  const rows = await measured(name)
  if (rows === undefined) {
    broken.push(`${name}: ended early`)
    continue
  }
  results[name] = rows
  if (values.baseline) {
    runs[name] = [rows, (await measured(name)) ?? [], (await measured(name)) ?? []]
  } else if (values.smoke) broken.push(...(await collapsed(name, rows)))
}
if (values.json) {
  const all = Object.entries(results).map(([name, rows]) => resultOf(name, rows))
  process.stdout.write(`${JSON.stringify(all, undefined, 2)}\n`)
}
if (values.baseline) writeBaseline(runs)

const goals = Object.entries(results).flatMap(([name, rows]) =>
  rows.filter(({ goal }) => goal !== 'none').map((row) => ({ story: name, ...row })),
)
const missed = goals.filter(({ met }) => !met)
if (!values.smoke) {
  for (const { story, name, goal } of missed) {
    process.stderr.write(`not met: ${story}: ${name}, ${goal}\n`)
  }
}
for (const sentence of broken) process.stderr.write(`${sentence}\n`)
const summary = `${goals.length - missed.length} goals met, ${missed.length} not met`
process.stderr.write(`${summary}, ${broken.length} ${values.smoke ? 'collapsed' : 'broken'}\n`)
process.exit(broken.length > 0 || (!values.smoke && missed.length > 0) ? 1 : 0)
