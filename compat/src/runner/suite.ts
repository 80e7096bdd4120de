// What a compatibility suite is: its needs from the machine, and a run that counts what passed.

/** Something a suite needs beyond Node and npm. */
export interface Need {
  /** What is needed, e.g. `kcat`. */
  readonly what: string
  /** How to get it, as one line for a person. */
  readonly how: string
  /** Whether it is here. */
  check(): boolean
  /** Gets it, without asking. */
  install(): void
}

/** What a run showed. */
export interface SuiteResult {
  readonly passed: number
  /** One sentence for each thing that did not hold. */
  readonly failures: readonly string[]
}

/** What a suite is given. */
export interface SuiteContext {
  /** The arguments that follow the suite's name. */
  readonly args: readonly string[]
  /** Prints a line of progress. */
  readonly say: (line: string) => void
}

/** One compatibility suite: other people's programs against ours, or ours against theirs. */
export interface Suite {
  readonly name: string
  readonly summary: string
  readonly needs: readonly Need[]
  run(context: SuiteContext): Promise<SuiteResult>
}

/** Collects what holds and what does not. */
export class Checks {
  #passed = 0
  readonly #failures: string[] = []

  /** `holds` is the fact, `sentence` says it. */
  check(holds: boolean, sentence: string): void {
    if (holds) this.#passed++
    else this.#failures.push(sentence)
  }

  result(): SuiteResult {
    return { passed: this.#passed, failures: this.#failures }
  }
}
