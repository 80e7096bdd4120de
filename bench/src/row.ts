// One line of a benchmark's table: what we did, what the yardstick did in the same run, and whether the goal is met. All
// stories give their figures in this one shape; results, tables and the check against the baseline are made from it.

/** One measured figure. */
export interface Row {
  readonly name: string
  /** The median of the rounds where there are several. */
  readonly ours: number
  /** What the yardstick did in the same run. */
  readonly reference?: number
  /** Who the yardstick is: `Apache Kafka`, `raw loop`, the name of a client. */
  readonly beside?: string
  /** Of both figures, for instance `M records/s`. */
  readonly unit: string
  /** Ours by reference; more is better unless it is the ratio of a cost. */
  readonly ratio?: number
  /** Of the ratio, less is better: it compares processor time, latencies or memory. */
  readonly isCost?: boolean
  /** From the lower to the upper quartile of the rounds, as a part of the median; of few rounds, all of them. */
  readonly spread?: number
  /** The same of the yardstick's rounds. */
  readonly referenceSpread?: number
  /** The ratio hardly moves on a machine with two cores that does other things: `--smoke` holds it against the baseline. */
  readonly isSteady?: boolean
  /** The goal in words. */
  readonly goal: string
  readonly met: boolean
}

/** The median of several rounds and how far they lie apart. */
export interface Rounds {
  readonly median: number
  /** From the lower to the upper quartile, as a part of the median; of fewer than four rounds, all of them. */
  readonly spread: number
}

/** Sums up rounds; of none, the median is 0. */
export function roundsOf(values: readonly number[]): Rounds {
  const sorted = values.toSorted((a, b) => a - b)
  const median = sorted[sorted.length >> 1] ?? 0
  const lower = sorted[sorted.length >> 2] ?? 0
  const upper = sorted[sorted.length - 1 - (sorted.length >> 2)] ?? 0
  const range = upper - lower
  return { median, spread: median === 0 ? 0 : range / median }
}
