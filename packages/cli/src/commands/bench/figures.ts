// What was measured, as people and programs read it.

import type { Output } from '../../terminal/output.ts'
import { show } from '../../terminal/show.ts'

/** The time below which a share of the samples lie; 0 without samples. */
export function percentile(sortedMs: readonly number[], share: number): number {
  const index = Math.min(sortedMs.length - 1, Math.floor(sortedMs.length * share))
  return sortedMs[index] ?? 0
}

/** Times as their middle and their upper end. */
export function spread(samplesMs: readonly number[]): Readonly<Record<string, number>> {
  const sorted = samplesMs.toSorted((a, b) => a - b)
  return {
    p50Ms: rounded(percentile(sorted, 0.5)),
    p99Ms: rounded(percentile(sorted, 0.99)),
    maxMs: rounded(sorted.at(-1) ?? 0),
  }
}

/** Records and bytes by the second. */
export function speed(
  records: number,
  bytes: number,
  elapsedMs: number,
): Readonly<Record<string, number>> {
  const seconds = Math.max(elapsedMs, 0.001) / 1000
  return {
    records,
    seconds: rounded(seconds),
    recordsPerSecond: Math.round(records / seconds),
    megabytesPerSecond: rounded(bytes / seconds / 1e6),
  }
}

function rounded(value: number): number {
  return Number(value.toFixed(3))
}

const units: Readonly<Record<string, string>> = {
  records: 'records',
  seconds: 's',
  recordsPerSecond: 'records/s',
  megabytesPerSecond: 'MB/s',
  p50Ms: 'ms p50',
  p99Ms: 'ms p99',
  maxMs: 'ms at most',
}

/** Prints the figures in one line, or as JSON. */
export async function showFigures(
  output: Output,
  asJson: boolean | undefined,
  figures: Readonly<Record<string, number>>,
): Promise<void> {
  await show(output, asJson, figures, () => {
    const parts = Object.entries(figures).map(([name, value]) => {
      return `${value.toLocaleString('en-US')} ${units[name] ?? name}`
    })
    return `${parts.join(', ')}\n`
  })
}
