// `npm run compat [-- SUITE… [--list] [--install] [--json] [suite arguments]]`: runs the suites and prints a table. A suite
// whose needs are missing is reported as not run; with CI=true its needs are fetched, and what is still missing is a
// failure. `--list` says what there is, what it needs, and whether that is here.

import { againstKafka, suites } from './suites.ts'
import { needOf, runSuite } from './runner/run-suite.ts'
import type { Suite } from './runner/suite.ts'
import { listOf, type Row, tableOf, totalsOf } from './runner/table.ts'

// Other people's programs write what they read in the machine's character set: make it one that has all characters.
process.env['LC_ALL'] = 'C.UTF-8'

const isStrict = process.env['CI'] === 'true'
const own = ['--install', '--json', '--list']
const words = process.argv.slice(2)
const install = words.includes('--install') || isStrict
const json = words.includes('--json')
const rest = words.filter((word) => !own.includes(word))
const named: Suite[] = []
while (rest[0] !== undefined && !rest[0].startsWith('-')) {
  const word = rest[0]
  const suite = suites.find((suite) => suite.name === word)
  if (suite === undefined) {
    if (named.length > 0) break
    process.stderr.write(`no suite ${word}; there are ${suites.map((s) => s.name).join(', ')}\n`)
    process.exit(2)
  }
  named.push(suite)
  rest.shift()
}
const chosen = named.length > 0 ? named : suites

if (words.includes('--list')) {
  const entries = chosen.map((suite) => ({
    suite: suite.name,
    summary: suite.summary,
    againstKafka: againstKafka.has(suite.name),
    needs: suite.needs.map(({ what, how }) => ({ what, how })),
    missing: needOf(suite)?.what,
  }))
  process.stdout.write(json ? `${JSON.stringify(entries, undefined, 2)}\n` : listOf(entries))
  process.exit(0)
}
if (rest.includes('--against')) {
  const others = chosen.filter(({ name }) => !againstKafka.has(name)).map(({ name }) => name)
  if (others.length > 0) {
    process.stderr.write(`always against what they say themselves: ${others.join(', ')}\n`)
    process.exit(2)
  }
}

const rows: Row[] = []
for (const suite of chosen) rows.push(await runSuite(suite, rest, install))
const totals = totalsOf(rows, isStrict)
if (json) {
  process.stdout.write(`${JSON.stringify({ rows, ...totals }, undefined, 2)}\n`)
} else {
  process.stdout.write(tableOf(rows, { words: rest, isStrict }))
}
process.exit(totals.failed > 0 ? 1 : 0)
