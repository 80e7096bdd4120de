// Clients side by side: the same work for each of them against one broker, one after the other, as processes of their own.
// Records are values of 100 B or 1 KB without keys, in a topic of 12 partitions, acknowledged by all (`acks=all`). The
// broker's data lies in memory where the machine has such a folder, so that no disk decides. Clients have their defaults but for
// what makes batches: ours and librdkafka say when a batch leaves, the other two are handed 1000 messages at a time.
//
//   npm run bench -- client [--against samsa|kafka] [--only single,batch,unbounded,consume]

import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createTopic, startKafka, startSamsa, type Target } from '../broker/targets.ts'
import type { Row } from '../row.ts'
import type { StoryOptions } from '../stories.ts'
import { type Contender, contenders, ours } from './contenders.ts'
import type { Job, Outcome } from './job.ts'

const partitions = 12
const seconds = 3
const sizes = [100, 1024] as const
/** What is consumed: so many bytes of each size, written by our client before. */
const consumedBytes = 300_000_000
const smallFetchBytes = 16 * 1024
/** A folder in memory, as Linux has it. */
const memoryFolder = '/dev/shm'
const kinds = ['single', 'batch', 'unbounded', 'consume'] as const

interface Work {
  readonly name: string
  readonly job: Omit<Job, 'bootstrap' | 'topic'>
}

function works(only: readonly string[]): Work[] {
  const all: Work[] = []
  for (const kind of kinds.filter((kind) => only.length === 0 || only.includes(kind))) {
    for (const bytes of sizes) {
      const records = Math.round(consumedBytes / (bytes + 50))
      const job = { kind, bytes, seconds, records, fetchBytes: 0 }
      const size = bytes === 100 ? '100 B' : '1 KB'
      if (kind !== 'consume') {
        all.push({ name: `produce ${size}, ${kind}`, job })
        continue
      }
      all.push({ name: `consume ${size}`, job })
      const small = { ...job, fetchBytes: smallFetchBytes }
      all.push({ name: `consume ${size}, fetches of 16 KB`, job: small })
    }
  }
  return all
}

/** A short run: records of one size, a second each, and a tenth of what is consumed. */
function shortened(all: readonly Work[]): Work[] {
  return all
    .filter(({ job }) => job.bytes === 100 && job.fetchBytes === 0)
    .map(({ name, job }) => {
      return { name, job: { ...job, seconds: 1, records: Math.round(job.records / 10) } }
    })
}

async function startTarget(against: string): Promise<Target> {
  const parent = existsSync(memoryFolder) ? memoryFolder : tmpdir()
  return against === 'kafka' ? await startKafka(parent) : await startSamsa({ parent })
}

/** Fills a topic with what is to be consumed. */
async function fill(target: Target, bytes: number, records: number): Promise<string> {
  const topic = `filled-${bytes}`
  await createTopic(target.port, topic, partitions)
  const bootstrap = `127.0.0.1:${target.port}`
  const job = { bootstrap, topic, kind: 'unbounded', bytes, records, fetchBytes: 0 } as const
  for (let written = 0; written < records * 1.1; ) {
    const outcome = await ours.run({ ...job, seconds: 2 })
    written += outcome?.records ?? 0
  }
  return topic
}

/** Measures all that is asked for, and prints every figure. */
export async function benchClient({
  against = 'samsa',
  only = '',
  smoke = false,
}: StoryOptions): Promise<Row[]> {
  await using target = await startTarget(against)
  const bootstrap = `127.0.0.1:${target.port}`
  await createTopic(target.port, 'load', partitions)
  const filled = new Map<number, string>()
  const rows: Row[] = []
  process.stdout.write(`Clients against ${target.name}\n`)
  // A broker that has just been started is slower, and whoever comes first would pay for that.
  for (const kind of ['batch', 'unbounded'] as const) {
    const warming = { bytes: 100, seconds: 2, records: 0, fetchBytes: 0 }
    await ours.run({ ...warming, kind, bootstrap, topic: 'load' })
  }
  const all = works(only === '' ? [] : only.split(','))
  for (const { name, job } of smoke ? shortened(all) : all) {
    let topic = 'load'
    if (job.kind === 'consume') {
      topic = filled.get(job.bytes) ?? (await fill(target, job.bytes, job.records))
      filled.set(job.bytes, topic)
    }
    const outcomes = new Map<Contender, Outcome>()
    for (const contender of contenders().filter(({ isNode }) => isNode || !smoke)) {
      const outcome = await attempt(contender, name, { ...job, bootstrap, topic })
      if (outcome === undefined) continue
      outcomes.set(contender, outcome)
      process.stdout.write(`${lineOf(name, contender, outcome)}\n`)
    }
    rows.push(...goalsOf(name, job.kind, outcomes))
  }
  return rows
}

/** What came of a job; nothing where a client of others fails at it, which is said and holds nobody else up. */
async function attempt(contender: Contender, work: string, job: Job): Promise<Outcome | undefined> {
  try {
    return await contender.run(job)
  } catch (error) {
    if (contender === ours) throw error
    const why = error instanceof Error ? error.message : String(error)
    process.stdout.write(`${work.padEnd(34)}  ${contender.name} failed: ${why}\n`)
    return undefined
  }
}

function rateOf({ records, seconds }: Outcome): number {
  return records / seconds
}

/** Processor seconds for a million records. */
function costOf({ records, cpuSeconds }: Outcome): number {
  return (cpuSeconds / records) * 1e6
}

function lineOf(work: string, { name }: Contender, outcome: Outcome): string {
  const { residentMb, p99Ms } = outcome
  const cells = [
    work.padEnd(34),
    name.padEnd(20),
    `${Math.round(rateOf(outcome)).toLocaleString('en-US').padStart(10)} records/s`,
    `${costOf(outcome).toFixed(2).padStart(8)} CPU s/M`,
    `${residentMb.toFixed(0).padStart(5)} MB`,
    p99Ms === undefined ? '' : `p99 ${p99Ms.toFixed(1).padStart(7)} ms`,
  ]
  return cells.join('  ').trimEnd()
}

function goalsOf(
  work: string,
  kind: Job['kind'],
  outcomes: ReadonlyMap<Contender, Outcome>,
): Row[] {
  const mine = outcomes.get(ours)
  if (mine === undefined) return []
  const rows: Row[] = []
  const others = [...outcomes].filter(([contender]) => contender !== ours)
  const [best] = others
    .filter(([{ isNode }]) => isNode)
    .toSorted(([, a], [, b]) => rateOf(b) - rateOf(a))
  if (best !== undefined) rows.push(rateRow(`${work}, best Node client`, mine, best[1], 2))
  const native = others.find(([{ name }]) => name.startsWith('librdkafka'))?.[1]
  if (native === undefined || (kind !== 'unbounded' && kind !== 'consume')) return rows
  rows.push(rateRow(`${work}, librdkafka`, mine, native, 1))
  const ratio = costOf(native) / costOf(mine)
  rows.push({
    name: `${work}, CPU beside librdkafka`,
    ours: costOf(mine),
    reference: costOf(native),
    unit: 'CPU s/M records',
    beside: 'librdkafka',
    ratio,
    goal: '<= 1.5x its CPU',
    met: ratio >= 1 / 1.5,
  })
  return rows
}

function rateRow(name: string, mine: Outcome, other: Outcome, goal: number): Row {
  const ratio = rateOf(mine) / rateOf(other)
  return {
    name,
    ours: rateOf(mine),
    reference: rateOf(other),
    unit: 'records/s',
    beside: name.slice(name.lastIndexOf(', ') + 2),
    ratio,
    goal: `>= ${goal}x`,
    met: ratio >= goal,
  }
}
