// `npm run bench -- STORY… [--json]`: runs benchmark stories and prints one table each. A story measures ours and its
// reference in one run, so ratios are the result; absolute figures depend on the machine.

import { parseArgs } from 'node:util'
import type { Row } from './row.ts'
import { stories } from './stories.ts'
import { tableOf } from './table.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
})
const names = positionals.length > 0 ? positionals : Object.keys(stories)
const results: Record<string, readonly Row[]> = {}
for (const name of names) {
  const story = stories[name]
  if (story === undefined) {
    process.stderr.write(`no story ${name}; there are ${Object.keys(stories).join(', ')}\n`)
    process.exit(2)
  }
  const rows = await story()
  results[name] = rows
  if (!values.json) process.stdout.write(`${name}\n${tableOf(rows)}\n`)
}
if (values.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`)
const missed = Object.values(results).flatMap((rows) => rows.filter((row) => !row.met))
if (missed.length > 0) process.stderr.write(`${missed.length} goals not met\n`)
process.exit(missed.length > 0 ? 1 : 0)
