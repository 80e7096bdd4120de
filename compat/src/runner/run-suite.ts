// Runs one suite: fetches what it needs if that is wished, and takes an error of the suite itself for a failure.

import type { Need, Suite, SuiteResult } from './suite.ts'
import type { Row } from './table.ts'

/** The first need that is not met; undefined when the suite can run. */
export function needOf(suite: Suite): Need | undefined {
  return suite.needs.find((need) => !need.check())
}

/** As `needOf`, after trying to get what is missing. */
function missing(suite: Suite, install: boolean): Need | undefined {
  for (const need of suite.needs) {
    if (need.check()) continue
    if (install) need.install()
    if (!need.check()) return need
  }
  return undefined
}

/** Runs a suite with its arguments and answers with its row; progress and failures go to standard error. */
export async function runSuite(
  suite: Suite,
  args: readonly string[],
  install: boolean,
): Promise<Row> {
  const startedAt = performance.now()
  const elapsed = (): number => Math.round((performance.now() - startedAt) / 100) / 10
  const need = missing(suite, install)
  if (need !== undefined) {
    const notRun = `${need.what} is missing: ${need.how}`
    return { suite: suite.name, passed: 0, failures: [], notRun, seconds: elapsed() }
  }
  const say = (line: string): void => void process.stderr.write(`${suite.name}: ${line}\n`)
  let result: SuiteResult
  try {
    result = await suite.run({ args, say })
  } catch (error) {
    result = { passed: 0, failures: [error instanceof Error ? `${error.stack}` : String(error)] }
  }
  for (const failure of result.failures) say(`FAILED ${failure}`)
  return { suite: suite.name, ...result, seconds: elapsed() }
}
