// What the logs tell of outputs that are there twice: which producer wrote each copy, how its transaction ended, and what
// the group committed around it. Printed when exactly once was broken, so that a failure on another machine explains itself.

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const main = join(import.meta.dirname, '..', '..', '..', 'packages', 'cli', 'src', 'main.ts')

/** A batch or a record as `samsa log dump --json` prints it. */
interface Line {
  readonly kind: string
  readonly offset?: number
  readonly value?: unknown
  readonly key?: unknown
  readonly control?: string
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly partitionLeaderEpoch?: number
  readonly maxTimestamp?: number
}

/** One record with the batch it is in. */
interface Written {
  readonly place: string
  readonly record: Line
  readonly batch: Line
}

function recordsOf(directory: string, place: string): Written[] {
  const words = ['--conditions=@samsa/source', main, 'log', 'dump', '--json']
  const files = readdirSync(join(directory, place)).filter((name) => name.endsWith('.log'))
  const paths = files.toSorted().map((name) => join(directory, place, name))
  const { stdout } = spawnSync(process.execPath, [...words, ...paths], { maxBuffer: 1e9 })
  const records: Written[] = []
  let batch: Line | undefined
  for (const text of stdout.toString().split('\n')) {
    if (!text.startsWith('{')) continue
    const line = JSON.parse(text) as Line
    if (line.kind === 'batch') batch = line
    else if (line.kind === 'record' && batch !== undefined) {
      records.push({ place, record: line, batch })
    }
  }
  return records
}

function sentence({ place, record, batch }: Written): string {
  const at = new Date(batch.maxTimestamp ?? 0).toISOString().slice(11)
  const what = record.control ?? `${JSON.stringify(record.key)} = ${JSON.stringify(record.value)}`
  const who = `producer ${batch.producerId} epoch ${batch.producerEpoch}`
  return `${at} ${place} ${record.offset} (leader epoch ${batch.partitionLeaderEpoch}) ${who}: ${what}`
}

/**
 * Lines about the first value that is in `topic` more than once, from the broker's log directory: its copies, everything
 * those producers wrote to `topic` in that second, and the group's commits of that time.
 */
export function storyOfTwice(
  directory: string,
  { topic, groupId, value }: { topic: string; groupId: string; value: string },
): string[] {
  const places = readdirSync(directory)
  const outputs = places
    .filter((place) => place.startsWith(`${topic}-`))
    .flatMap((place) => recordsOf(directory, place))
  const copies = outputs.filter(({ record }) => record.value === value)
  const times = copies.map(({ batch }) => batch.maxTimestamp ?? 0)
  const isNear = ({ batch }: Written): boolean =>
    times.some((time) => Math.abs((batch.maxTimestamp ?? 0) - time) < 2_000)
  const commits = places
    .filter((place) => place.startsWith('__consumer_offsets-'))
    .flatMap((place) => {
      const records = recordsOf(directory, place)
      const isOurs = records.some(({ record }) => JSON.stringify(record.key).includes(groupId))
      return isOurs ? records : []
    })
  return [...outputs, ...commits]
    .filter(isNear)
    .toSorted((a, b) => (a.batch.maxTimestamp ?? 0) - (b.batch.maxTimestamp ?? 0))
    .map((written) => `${copies.includes(written) ? '** ' : ''}${sentence(written)}`)
}
