// What a soak must show, one row each: nothing grows while nothing disturbs, and nothing is lost whatever does.

import { join } from 'node:path'
import { readdirSync } from 'node:fs'
import type { Report } from '@samsa/simulator'
import type { Row } from '../row.ts'
import { bytesIn, driftOf, type Sample } from './gauges.ts'
import type { Group, readCompacted } from './readers.ts'
import { topics } from './stage.ts'
import type { Newest } from './writers.ts'

/** What a soak left. */
interface Outcome {
  readonly samples: readonly Sample[]
  readonly undisturbedSeconds: number
  readonly report: Report
  readonly groups: readonly Group[]
  /** Of all records of the judged topic. */
  readonly places: readonly string[]
  readonly retained: {
    readonly bytes: number
    /** The broker's data. */
    readonly directory: string
  }
  readonly compacted: {
    readonly found: Awaited<ReturnType<typeof readCompacted>> | undefined
    readonly written: { readonly newest: Newest; readonly bytes: number } | undefined
  }
  /** Of clients that ended with an error that is none of those they must live with. */
  readonly failures: number
}

/** Four partitions of 4 MB, the segment that is written, and one that waits to be deleted. */
const retainedGoalMb = 40
/** 500 keys of a kilobyte, as often as segments that are not cleaned yet hold them. */
const compactedGoal = 20_000

/** Memory and caches fill for the first minutes of a broker: what grows before then says nothing of what grows for good. */
const settledSeconds = 240

/** The rows of a soak's table. */
export function judgement(outcome: Outcome): Row[] {
  const { samples, undisturbedSeconds, report, groups, places, failures } = outcome
  const calm = samples.filter(({ seconds }) => seconds < undisturbedSeconds)
  const drift = (name: string, gauge: keyof Sample, most: number): Row => {
    const ours = driftOf(calm, gauge)
    const unit = 'last quarter by second'
    const row = { name: `${name}, undisturbed`, ours, unit }
    if (undisturbedSeconds < settledSeconds) {
      return { ...row, goal: 'none in so short a run', met: true }
    }
    return { ...row, goal: `<= ${most}`, met: ours <= most }
  }
  const none = (name: string, ours: number, unit: string): Row => {
    return { name, ours, unit, goal: 'none of them', met: ours === 0 }
  }
  return [
    drift('memory', 'memoryMb', 1.25),
    drift('descriptors', 'descriptors', 1.5),
    drift('latency (p50)', 'p50Ms', 2),
    none('anomalies in the history', report.violations.length, 'anomalies'),
    {
      ...none('records at the end', places.length, 'records'),
      goal: 'some',
      met: places.length > 0,
    },
    ...groups.map(({ name, processed }) => {
      const missing = places.filter((place) => !processed.has(place)).length
      return none(`records that group ${name} did not process`, missing, 'records')
    }),
    retention(outcome),
    ...compaction(outcome),
    none('clients that failed', failures, 'clients'),
  ]
}

function retention({ retained: { bytes, directory } }: Outcome): Row {
  const prefix = `${topics.retained.name}-`
  const kept = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(prefix))
    .reduce((sum, { parentPath, name }) => sum + bytesIn(join(parentPath, name)) / 1e6, 0)
  const writtenMb = Math.round(bytes / 1e6)
  const name = `kept by retention of ${writtenMb} MB written`
  const goal = `<= ${retainedGoalMb}`
  return { name, ours: kept, unit: 'MB', goal, met: kept > 0 && kept <= retainedGoalMb }
}

function compaction({ compacted: { found, written } }: Outcome): Row[] {
  const wrong = [...(written?.newest ?? [])].filter(([key, values]) => {
    return !values.includes(found?.newest.get(key) ?? '')
  })
  const count = found?.records ?? 0
  const writtenMb = Math.round((written?.bytes ?? 0) / 1e6)
  return [
    {
      name: 'keys without their newest value',
      ours: found === undefined ? Number.NaN : wrong.length,
      unit: 'keys',
      goal: 'none of them',
      met: found !== undefined && wrong.length === 0,
    },
    {
      name: `left by compaction of ${writtenMb} MB written`,
      ours: count,
      unit: 'records',
      goal: `<= ${compactedGoal.toLocaleString('en-US')}`,
      met: count > 0 && count <= compactedGoal,
    },
  ]
}
