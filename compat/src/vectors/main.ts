/**
 * `npm run vectors [-- DIR]`: every golden file against our codecs.
 *
 * DIR is laid out as the protocol's facts are (vectors/, batches/, uuid.json …), or holds only `.jsonl` vectors. Ends with
 * the line `N vectors, N passed, 0 failed`, and exits with 1 when one failed or there was none.
 */

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { CheckResult } from './check.ts'
import { checkMessages } from './messages.ts'

const FAILURES_SHOWN = 20

const checks: { readonly [name: string]: (directory: string) => Promise<CheckResult> } = {
  messages: checkMessages,
}

const given = process.argv[2]
const directory = resolve(given ?? join(import.meta.dirname, '../../../../shared/protocol'))
if (!existsSync(directory)) {
  console.error(`${directory} does not exist: give the directory of golden files as argument`)
  process.exit(1)
}

let passed = 0
const failures: string[] = []
for (const [name, check] of Object.entries(checks)) {
  const result = await check(directory)
  passed += result.passed
  failures.push(...result.failures)
  console.log(`${name}: ${result.passed + result.failed} vectors, ${result.failed} failed`)
}
for (const failure of failures.slice(0, FAILURES_SHOWN)) console.log(failure.slice(0, 1000))
console.log(`${passed + failures.length} vectors, ${passed} passed, ${failures.length} failed`)
process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0
