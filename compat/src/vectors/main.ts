/**
 * `npm run vectors [-- DIR]`: every golden file against our codecs.
 *
 * DIR is laid out as the protocol's facts are (vectors/, batches/, uuid.json …), or holds only
 * `.jsonl` vectors. Ends with the line `N vectors, N passed, 0 failed`, and exits with 1 when one
 * failed or there was none.
 */

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkAssignors } from './assignors.ts'
import { checkBatches } from './batches.ts'
import type { CheckResult } from './check-result.ts'
import { checkDefinitions } from './definitions.ts'
import { checkHashes } from './hashes.ts'
import { checkMessages } from './messages.ts'
import { checkTables } from './tables.ts'
import { checkUuids } from './uuids.ts'

const FAILURES_SHOWN = 20

interface Check {
  readonly name: string
  /** A file or folder of DIR without which there is nothing to check; the messages need none. */
  readonly needs?: string
  readonly run: (directory: string) => Promise<CheckResult>
}

const checks: readonly Check[] = [
  { name: 'messages', run: checkMessages },
  { name: 'definitions', needs: 'messages', run: checkDefinitions },
  { name: 'tables', needs: 'apis.json', run: checkTables },
  { name: 'batches', needs: 'batches', run: checkBatches },
  { name: 'hashes', needs: 'partitioner.json', run: checkHashes },
  { name: 'assignors', needs: 'assignors.json', run: checkAssignors },
  { name: 'uuids', needs: 'uuid.json', run: checkUuids },
]

const given = process.argv[2]
const directory = resolve(given ?? join(import.meta.dirname, '../../../../shared/protocol'))
if (!existsSync(directory)) {
  console.error(`${directory} does not exist: give the directory of golden files as argument`)
  process.exit(1)
}

let passed = 0
const failures: string[] = []
for (const { name, needs, run } of checks) {
  if (needs !== undefined && !existsSync(join(directory, needs))) continue
  const result = await run(directory)
  passed += result.passed
  failures.push(...result.failures)
  console.log(`${name}: ${result.passed + result.failed} vectors, ${result.failed} failed`)
}
for (const failure of failures.slice(0, FAILURES_SHOWN)) console.log(failure.slice(0, 1000))
console.log(`${passed + failures.length} vectors, ${passed} passed, ${failures.length} failed`)
process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0
