/**
 * One line of a benchmark's table: what we did, what the yardstick did in the same run, and whether
 * the goal is met.
 */

/** One measured figure. */
export interface Row {
  readonly name: string
  readonly ours: number
  /** What the yardstick (Apache Kafka, a raw loop, hand-written code) did in the same run. */
  readonly reference?: number
  /** Of both figures, for instance `M records/s`. */
  readonly unit: string
  /** Ours by reference, turned so that more is better. */
  readonly ratio?: number
  /** The goal in words. */
  readonly goal: string
  readonly met: boolean
}
