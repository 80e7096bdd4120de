// What a story measured, as the file `bench/results/<story>.json` that is kept beside the code: README's table and the
// figures that people quote come from these files and nothing else.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { kafkaClassPath } from '@samsa/compat/kafka/artifacts'
import type { Row } from '../row.ts'

/** Where the files lie. */
const resultsFolder = join(import.meta.dirname, '..', '..', 'results')

const release = '4.3.1'

/** One contender's figure in a row. */
interface Contender {
  readonly median: number
  /** From the lower to the upper quartile of the rounds, as a part of the median. */
  readonly spread?: number
}

/** A row as it is kept. */
export interface ResultRow {
  readonly name: string
  readonly unit: string
  /** By name, ours first. */
  readonly contenders: Readonly<Record<string, Contender>>
  readonly ratio?: number
  /** Which way the ratio is better. */
  readonly better?: 'more' | 'less'
  readonly goal: string
  readonly met: boolean
}

/** A story as it is kept. */
export interface Result {
  readonly story: string
  /** When it was measured, UTC. */
  readonly date: string
  readonly machine: { readonly cores: number; readonly cpu: string; readonly memoryGb: number }
  readonly versions: Readonly<Record<string, string>>
  readonly rows: readonly ResultRow[]
}

/** The rows of a story in the shape that is kept. */
export function resultOf(story: string, rows: readonly Row[]): Result {
  const [cpu] = cpus()
  return {
    story,
    date: new Date().toISOString().slice(0, 16) + 'Z',
    machine: {
      cores: cpus().length,
      cpu: cpu?.model.trim() ?? 'unknown',
      memoryGb: Math.round(totalmem() / 2 ** 30),
    },
    versions: versions(),
    rows: rows.map(rowOf),
  }
}

/** Writes the file of a story; an earlier one is replaced as a whole, so that its rows are of one run. */
export function writeResult(result: Result): void {
  mkdirSync(resultsFolder, { recursive: true })
  const path = join(resultsFolder, `${result.story}.json`)
  writeFileSync(path, `${JSON.stringify(result, undefined, 2)}\n`)
}

/** All stories that have been measured. */
export function readResults(): Result[] {
  if (!existsSync(resultsFolder)) return []
  const names = readdirSync(resultsFolder).filter((name) => name.endsWith('.json'))
  return names
    .sort()
    .map((name) => JSON.parse(readFileSync(join(resultsFolder, name), 'utf8')) as Result)
}

function versions(): Record<string, string> {
  const own = join(import.meta.dirname, '..', '..', 'package.json')
  const { version } = JSON.parse(readFileSync(own, 'utf8')) as { version: string }
  const known = { samsa: version, node: process.versions.node }
  return existsSync(kafkaClassPath(release).slice(0, -1))
    ? { ...known, 'Apache Kafka': release }
    : known
}

function rowOf(row: Row): ResultRow {
  const contenders: Record<string, Contender> = { samsa: contenderOf(row.ours, row.spread) }
  if (row.reference !== undefined) {
    contenders[row.beside ?? 'reference'] = contenderOf(row.reference, row.referenceSpread)
  }
  return {
    name: row.name,
    unit: row.unit,
    contenders,
    ...(row.ratio === undefined ? {} : { ratio: rounded(row.ratio) }),
    ...(row.ratio === undefined ? {} : { better: row.isCost === true ? 'less' : 'more' }),
    goal: row.goal,
    met: row.met,
  }
}

function contenderOf(value: number, spread: number | undefined): Contender {
  return { median: rounded(value), ...(spread === undefined ? {} : { spread: rounded(spread) }) }
}

/** Four digits are more than any of this is worth. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
