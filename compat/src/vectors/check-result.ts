/**
 * What comes of checking golden vectors: how many passed, and a line for each that did not.
 */

/** The sum of one kind of vectors. */
export interface CheckResult {
  readonly passed: number
  readonly failed: number
  /** One line for each vector that failed. */
  readonly failures: string[]
}

/** Counts vectors; a vector that throws has failed. */
export class CheckCounter {
  #passed = 0
  readonly #failures: string[] = []

  /** Runs the check of one vector, which returns what is wrong, or `undefined`. */
  check(name: string, run: () => string | undefined): void {
    let wrong: string | undefined
    try {
      wrong = run()
    } catch (error) {
      wrong = `throws ${String(error)}`
    }
    if (wrong === undefined) this.#passed += 1
    else this.#failures.push(`${name} ${wrong}`)
  }

  /** The counts so far. */
  result(): CheckResult {
    return { passed: this.#passed, failed: this.#failures.length, failures: this.#failures }
  }
}
