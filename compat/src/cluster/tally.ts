// What one client was told: which values were acknowledged, which may or may not have been written, which were read, and
// the longest time in which nothing was acknowledged.

/** A client's account. */
export class Tally {
  readonly name: string
  readonly acknowledged: string[] = []
  /** Values of unknown outcome, with the reason. */
  readonly failures: string[] = []
  /** Values that its group was given, however often. */
  readonly read = new Set<string>()
  #longestMs = 0
  #lastAtMs = performance.now()

  constructor(name: string) {
    this.name = name
  }

  /** Begins a new measurement. */
  mark(): void {
    this.#longestMs = 0
    this.#lastAtMs = performance.now()
  }

  /** The longest time without an acknowledgement since `mark`, the present one included. */
  get longestMs(): number {
    return Math.max(this.#longestMs, performance.now() - this.#lastAtMs)
  }

  acknowledge(value: string): void {
    this.acknowledged.push(value)
    this.#longestMs = this.longestMs
    this.#lastAtMs = performance.now()
  }

  fail(value: string, why: string): void {
    this.failures.push(`${value}: ${why}`)
  }
}

/** A client at work. */
export interface Load {
  readonly tally: Tally
  /** Writes no more; resolves when the last value has its outcome. */
  stop(): Promise<void>
  /** Ends whatever still reads. */
  close(): Promise<void>
}
