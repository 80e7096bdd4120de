/**
 * Collects the source text of one compiled function, and the constants it closes over.
 *
 * Invariant: nothing reaches the text but our own templates, integers, and field names that
 * `planStruct` has checked to be identifiers. Values of any other kind go in as constants, by
 * name.
 */

/** A run of values whose sizes are known: checked for room once, then placed at fixed distances. */
interface FixedValue {
  readonly size: number
  readonly emit: (at: string) => string
  /** A statement about the value, for when the whole run is there. */
  readonly check: string | undefined
}

export class Source {
  readonly #lines: string[] = []
  readonly #constants: unknown[] = []
  #names = 0
  #run: FixedValue[] = []
  /** Makes room for a run of fixed values: of so many bytes, starting at `p`. */
  readonly #checkRun: (bytes: number) => string

  constructor(checkRun: (bytes: number) => string) {
    this.#checkRun = checkRun
  }

  /** A fresh variable. */
  name(prefix: string): string {
    return `${prefix}${this.#names++}`
  }

  /** The expression of a value that is no text: an element of the constants array. */
  constant(value: unknown): string {
    if (value === null || typeof value === 'boolean') return String(value)
    if (typeof value === 'number' && Number.isInteger(value)) return String(value)
    let index = this.#constants.indexOf(value)
    if (index < 0) index = this.#constants.push(value) - 1
    return `k${index}`
  }

  /** A line of its own, after everything of the run before it. */
  line(text: string): void {
    this.flush()
    this.#lines.push(text)
  }

  /** A line that does not move `p` and needs nothing of the open run. */
  lead(text: string): void {
    this.#lines.push(text)
  }

  /** A value of fixed size; `emit` is given the index expression of its first byte. */
  fixed(size: number, emit: (at: string) => string, check?: string): void {
    this.#run.push({ size, emit, check })
  }

  /** Ends the run of fixed values. */
  flush(): void {
    if (this.#run.length === 0) return
    const run = this.#run
    this.#run = []
    let total = 0
    const body = run.map(({ size, emit }) => {
      const at = total === 0 ? 'p' : `p + ${total}`
      total += size
      return emit(at)
    })
    const checks = run.flatMap(({ check }) => check ?? [])
    this.#lines.push(this.#checkRun(total), ...body, `p += ${total}`, ...checks)
  }

  /** The function of these parameters, with every constant in reach. */
  build(parameters: readonly string[]): (...args: never[]) => unknown {
    this.flush()
    const names = this.#constants.map((_, i) => `k${i}`)
    const body = this.#lines.join('\n')
    const text = `'use strict'; return function (${parameters.join(', ')}) {\n${body}\n}`
    // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval
    return new Function(...names, text)(...this.#constants) as (...args: never[]) => unknown
  }
}
