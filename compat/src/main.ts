// `npm run compat [-- SUITE… [--install] [--json] [suite arguments]]`: runs the suites and prints a table. A suite whose
// needs are missing is reported as not run; with CI=true that is a failure.

import { suites } from './suites.ts'
import type { Suite, SuiteResult } from './runner/suite.ts'

type Row = {
  readonly suite: string
  readonly passed: number
  readonly failed: number
  readonly notRun?: string
  readonly seconds: number
}

// Other people's programs write what they read in the machine's character set: make it one that has all characters.
process.env['LC_ALL'] = 'C.UTF-8'

const words = process.argv.slice(2)
const install = words.includes('--install') || process.env['CI'] === 'true'
const json = words.includes('--json')
const rest = words.filter((word) => word !== '--install' && word !== '--json')
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

/** What is missing for a suite, or `undefined` when it can run. */
function missing(suite: Suite): string | undefined {
  for (const need of suite.needs) {
    if (need.check()) continue
    if (install) need.install()
    if (!need.check()) return `${need.what} is missing: ${need.how}`
  }
  return undefined
}

async function runSuite(suite: Suite): Promise<Row> {
  const started = performance.now()
  const elapsed = (): number => (performance.now() - started) / 1000
  const reason = missing(suite)
  if (reason !== undefined) {
    return { suite: suite.name, passed: 0, failed: 0, notRun: reason, seconds: elapsed() }
  }
  let result: SuiteResult
  try {
    result = await suite.run({
      args: rest,
      say: (line) => process.stderr.write(`${suite.name}: ${line}\n`),
    })
  } catch (error) {
    result = { passed: 0, failures: [error instanceof Error ? `${error.stack}` : String(error)] }
  }
  for (const failure of result.failures) process.stderr.write(`${suite.name}: FAILED ${failure}\n`)
  return {
    suite: suite.name,
    passed: result.passed,
    failed: result.failures.length,
    seconds: elapsed(),
  }
}

const rows: Row[] = []
for (const suite of named.length > 0 ? named : suites) rows.push(await runSuite(suite))
const strict = process.env['CI'] === 'true'
const passed = rows.reduce((sum, row) => sum + row.passed, 0)
const skipped = rows.filter((row) => row.notRun !== undefined).length
const failed = rows.reduce((sum, row) => sum + row.failed, 0) + (strict ? skipped : 0)
if (json) {
  process.stdout.write(`${JSON.stringify({ rows, passed, failed }, undefined, 2)}\n`)
} else {
  const width = Math.max(...rows.map((row) => row.suite.length))
  for (const row of rows) {
    const outcome = row.notRun ?? `${row.passed} passed, ${row.failed} failed`
    const seconds = row.seconds.toFixed(1).padStart(6)
    process.stdout.write(`${row.suite.padEnd(width)}  ${seconds} s  ${outcome}\n`)
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`)
}
process.exit(failed > 0 ? 1 : 0)
