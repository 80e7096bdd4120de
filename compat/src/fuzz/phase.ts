/** A part of a fuzzing run. The parts share the time that the command gives. */

/** How long, and with which chance. */
export interface PhaseOptions {
  readonly seconds: number
  readonly seed: number
}

/** One way of fuzzing. */
export interface Phase {
  readonly name: string
  readonly run: (options: PhaseOptions) => Promise<PhaseReport>
}

/** What came of it. */
export interface PhaseReport {
  readonly inputs: number
  /** Inputs that were taken for good: too few of them mean that mutations are too wild. */
  readonly taken: number
  readonly heapBytes: number
  readonly failures: readonly string[]
}
