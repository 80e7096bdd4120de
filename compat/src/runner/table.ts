// What the suites showed, as a table: passed, failed or not run for each, and at the end what failed and how to run it
// again, so that the last screen of a long run tells all.

/** What one suite showed. */
export interface Row {
  readonly suite: string
  readonly passed: number
  /** One sentence for each thing that did not hold. */
  readonly failures: readonly string[]
  /** Why it was not run. */
  readonly notRun?: string
  readonly seconds: number
}

/** A suite as `--list` tells of it. */
interface Entry {
  readonly suite: string
  readonly summary: string
  readonly againstKafka: boolean
  readonly needs: readonly { readonly what: string; readonly how: string }[]
  readonly missing: string | undefined
}

/** The figures of the last line. */
interface Totals {
  readonly passed: number
  readonly failed: number
  readonly notRun: number
}

/** How many characters of a failure are shown again at the end. */
const mostCharacters = 200
/** How many failures of a suite are. */
const mostFailures = 3

/** Sums the rows up. What was not run is a failure where nothing may be left out. */
export function totalsOf(rows: readonly Row[], isStrict: boolean): Totals {
  const notRun = rows.filter((row) => row.notRun !== undefined).length
  const failed = rows.reduce((sum, { failures }) => sum + failures.length, 0)
  return {
    passed: rows.reduce((sum, row) => sum + row.passed, 0),
    failed: failed + (isStrict ? notRun : 0),
    notRun,
  }
}

/** The rows, then what failed with the command that runs it again, then the totals. `words` are the suites' arguments. */
export function tableOf(
  rows: readonly Row[],
  { words, isStrict }: { readonly words: readonly string[]; readonly isStrict: boolean },
): string {
  const width = Math.max(5, ...rows.map((row) => row.suite.length))
  const heading = `${'suite'.padEnd(width)}  seconds  passed  failed\n`
  const lines = rows.map(({ suite, passed, failures, notRun, seconds }) => {
    const figures =
      notRun === undefined
        ? `${String(passed).padStart(6)}  ${String(failures.length).padStart(6)}`
        : `not run: ${notRun}`
    return `${suite.padEnd(width)}  ${seconds.toFixed(1).padStart(7)}  ${figures}\n`
  })
  const told = rows
    .filter(({ failures, notRun }) => failures.length > 0 || (isStrict && notRun !== undefined))
    .map((row) => failureOf(row, words))
  const { passed, failed, notRun } = totalsOf(rows, isStrict)
  const rest = notRun === 0 ? '' : `, ${notRun} ${notRun === 1 ? 'suite' : 'suites'} not run`
  return `${heading}${lines.join('')}${told.join('')}${passed} passed, ${failed} failed${rest}\n`
}

function failureOf({ suite, failures }: Row, words: readonly string[]): string {
  const shown = failures.slice(0, mostFailures).map((failure) => {
    const [line = ''] = failure.split('\n')
    return `  ${line.slice(0, mostCharacters)}\n`
  })
  const more = failures.length - shown.length
  const rest = more > 0 ? `  and ${more} more\n` : ''
  const again = ['npm run compat --', suite, ...words].join(' ')
  return `\n${suite} failed, again: ${again}\n${shown.join('')}${rest}\n`
}

/** All suites with their needs. */
export function listOf(entries: readonly Entry[]): string {
  return entries
    .map(({ suite, summary, againstKafka, needs, missing }) => {
      const said = needs.map(({ what, how }) => `    needs ${what}: ${how}\n`)
      const state = missing === undefined ? '' : `    cannot run here: ${missing} is missing\n`
      const other = againstKafka ? `    also: npm run compat -- ${suite} --against kafka\n` : ''
      return `${suite}: ${summary}\n${said.join('')}${other}${state}`
    })
    .join('')
}
