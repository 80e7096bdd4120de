/**
 * What is wrong with settings, and how it is told.
 *
 * Invariant: a reader of settings finds every problem before it complains, so that a person mends a
 * file once. A secret's value never appears in a problem.
 */

/** One thing wrong with one setting. */
export interface Problem {
  /** The setting's name as it was written. */
  readonly key: string
  /** The value as it was written; `[hidden]` for a secret, null if there was none. */
  readonly value: string | null
  /** Where it was said, for example `server.properties, line 12`. */
  readonly source: string
  /** What would have been right, for example `at least 1`. */
  readonly expected: string
  /** A full sentence, in Kafka's words where Kafka has some. */
  readonly message: string
  /** A known name that was probably meant. */
  readonly nearest?: string
}

/** Settings that cannot be used. Raised before anything is started; it lists every problem. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  readonly problems: readonly Problem[]

  /** `problems` holds at least one. */
  constructor(problems: readonly Problem[]) {
    const heading = problems.length === 1 ? 'A setting is wrong:' : 'Settings are wrong:'
    super([heading, ...problems.map((problem) => `  ${problemLine(problem)}`)].join('\n'))
    this.problems = problems
  }
}

/** A problem in one line: where it was said, what is wrong, what was meant. */
export function problemLine(problem: Problem): string {
  const meant = problem.nearest === undefined ? '' : ` Did you mean ${problem.nearest}?`
  const expected = problem.message.includes(problem.expected)
    ? ''
    : ` Expected ${problem.expected}.`
  return `${problem.source}: ${sentence(problem.message)}${expected}${meant}`
}

function sentence(message: string): string {
  return /[.?!]$/.test(message) ? message : `${message}.`
}
