/** What every check of golden data gives, and how a list of cases becomes one. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** How many cases passed, how many failed, and a sentence for each that did. */
export interface CheckResult {
  readonly passed: number
  readonly failed: number
  readonly failures: string[]
}

/** Runs one check a case; a case fails when its check throws. */
export async function tally<Case>(
  cases: readonly Case[],
  nameOf: (item: Case) => string,
  check: (item: Case) => void | Promise<void>,
): Promise<CheckResult> {
  const failures: string[] = []
  for (const item of cases) {
    try {
      await check(item)
    } catch (error) {
      const sentence = error instanceof Error ? error.message : JSON.stringify(error)
      failures.push(`${nameOf(item)}: ${sentence}`)
    }
  }
  return { passed: cases.length - failures.length, failed: failures.length, failures }
}

/** The files of an ending in DIR/folder; in DIR itself where there is no such folder; none where there are none. */
export function filesIn(directory: string, folder: string, ending: string): string[] {
  const inner = join(directory, folder)
  const place = existsSync(inner) ? inner : directory
  return readdirSync(place)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(place, name))
}
