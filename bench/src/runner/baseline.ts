// The ratios that CI holds new ones against: absolute figures belong to a machine, ratios of two contenders that were
// measured in turns stay. Only rows that their story calls steady are kept: the compiled codecs beside those written by
// hand, record batches and the broker beside raw loops. Apache Kafka is in none of them, since a virtual machine that has
// just been started tells nothing of one that has run for minutes.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Row } from '../row.ts'

/** How much of the baseline's ratio must be left, on a machine that does other things too. */
const collapsed = 0.7
const baselinePath = join(import.meta.dirname, '..', '..', 'baseline.json')

/** Ratios by story and row, as short runs (`--smoke`) measure them. */
export type Baseline = Readonly<Record<string, Readonly<Record<string, number>>>>

/** The committed baseline. */
export function readBaseline(): Baseline {
  return JSON.parse(readFileSync(baselinePath, 'utf8')) as Baseline
}

/**
 * Keeps the steady ratios of what was measured several times, the worst of each, so that a good moment is not what others
 * are held against. Those of other stories stay.
 */
export function writeBaseline(
  results: Readonly<Record<string, readonly (readonly Row[])[]>>,
): void {
  const measured = Object.entries(results).map(([story, runs]) => {
    const ratios: Record<string, number> = {}
    for (const { name, ratio, isSteady, isCost = false } of runs.flat()) {
      if (ratio === undefined || isSteady !== true) continue
      const worse = isCost ? Math.max : Math.min
      ratios[name] = Number(worse(ratio, ratios[name] ?? ratio).toPrecision(2))
    }
    return [story, ratios] as const
  })
  const all = { ...readBaseline(), ...Object.fromEntries(measured) }
  const kept = Object.entries(all).filter(([, ratios]) => Object.keys(ratios).length > 0)
  writeFileSync(baselinePath, `${JSON.stringify(Object.fromEntries(kept), undefined, 2)}\n`)
}

/** The steady rows whose ratio is far worse than it was, and those that are no longer measured, as sentences. */
export function collapses(story: string, rows: readonly Row[], baseline: Baseline): string[] {
  return Object.entries(baseline[story] ?? {}).flatMap(([name, before]) => {
    const row = rows.find((each) => each.name === name)
    if (row?.ratio === undefined) {
      return [`${story}: ${name}: is in the baseline and was not measured`]
    }
    const left = row.isCost === true ? before / row.ratio : row.ratio / before
    if (left >= collapsed) return []
    const ratio = row.ratio.toFixed(2)
    return [`${story}: ${name}: ratio ${ratio}, the baseline says ${before.toFixed(2)}`]
  })
}
