// Three brokers with replicas on all of them, beside three of Apache Kafka under the same load: throughput, processor time,
// latency, memory, what a death costs, and many topics. One cluster runs at a time: six brokers do not fit beside each other.

import { type Row, roundsOf } from '../row.ts'
import { residentMb } from '../broker/process-cost.ts'
import type { StoryOptions } from '../stories.ts'
import { type Contender, sessionTimeoutMs, startKafka, startSamsa } from './contenders.ts'
import { type ControllerFailover, controllerFailover, leaderFailover } from './failover.ts'
import { p99, replicatedTopic, type Throughput, throughput } from './loads.ts'
import { createMany } from './many-topics.ts'

/** How much is measured. */
interface Size {
  readonly rounds: number
  readonly seconds: number
  readonly perSecond: number
  readonly topics: number
  readonly partitionsEach: number
  readonly replicationFactor: number
}

const whole: Size = {
  rounds: 3,
  seconds: 3,
  perSecond: 600,
  topics: 1000,
  partitionsEach: 10,
  replicationFactor: 3,
}

const short: Size = { ...whole, rounds: 1, seconds: 1, topics: 20 }

/** What one cluster did under load. */
interface Loaded {
  readonly mbPerSecond: number
  readonly cpuSecondsPerGb: number
  readonly p99Ms: number
  readonly residentMb: number
}

/** What many topics cost it. */
interface ManyTopics {
  readonly createdMs: number
  readonly controller: ControllerFailover
}

const topic = 'load'
type Start = () => Promise<Contender | undefined>

/** `npm run bench -- cluster [--only load,topics,leader]`. A short run has fewer rounds and topics. */
export async function benchCluster({ smoke = false, only }: StoryOptions): Promise<readonly Row[]> {
  const size = smoke ? short : whole
  const parts = { load: loadRows, topics: topicRows, leader: leaderRows }
  const rows: Row[] = []
  for (const [name, part] of Object.entries(parts)) {
    if (only === undefined || only.split(',').includes(name)) rows.push(...(await part(size)))
  }
  return rows
}

/** Measures one and then the other, each on a cluster of its own; `undefined` where there is none. */
async function bothOf<T>(
  measure: (contender: Contender) => Promise<T>,
): Promise<readonly [ours: T | undefined, kafka: T | undefined]> {
  const one = async (start: Start): Promise<T | undefined> => {
    await using contender = await start()
    return contender === undefined ? undefined : await measure(contender)
  }
  return [await one(startSamsa), await one(startKafka)]
}

async function loadRows({ rounds, seconds, perSecond }: Size): Promise<Row[]> {
  const [ours, kafka] = await bothOf(async (contender): Promise<Loaded> => {
    await replicatedTopic(contender, topic)
    await warmUp(contender, seconds)
    const loads: Throughput[] = []
    const latencies: number[] = []
    for (let round = 0; round < rounds; round++) {
      loads.push(await throughput(contender, topic, seconds))
      latencies.push(await p99(contender, topic, { perSecond, seconds }))
    }
    return {
      mbPerSecond: roundsOf(loads.map((load) => load.mbPerSecond)).median,
      cpuSecondsPerGb: roundsOf(loads.map((load) => load.cpuSecondsPerGb)).median,
      p99Ms: roundsOf(latencies).median,
      residentMb: contender.members.reduce((sum, { pid }) => sum + residentMb(pid), 0),
    }
  })
  const row = (name: string, unit: string, figure: keyof Loaded, goal: Goal): Row =>
    beside(name, unit, [ours?.[figure] ?? 0, kafka?.[figure]], goal)
  return [
    row('16 KB batches, acks=all', 'MB/s', 'mbPerSecond', least(1.5)),
    row('16 KB batches, CPU of three brokers', 'CPU s/GB', 'cpuSecondsPerGb', most(0.5)),
    row(`p99 at ${perSecond} a second`, 'ms', 'p99Ms', most(0.5)),
    row('memory of three brokers', 'MB', 'residentMb', most(0.2)),
  ]
}

/** Three virtual machines on few cores compile for a while: measured is what they come to, not how they get there. */
async function warmUp(contender: Contender, seconds: number): Promise<void> {
  let best = 0
  for (let run = 0; run < 6; run++) {
    const { mbPerSecond } = await throughput(contender, topic, seconds)
    if (run >= 3 && mbPerSecond < best * 1.1) return
    best = Math.max(best, mbPerSecond)
  }
}

async function topicRows(size: Size): Promise<Row[]> {
  const [ours, kafka] = await bothOf(async (contender): Promise<ManyTopics> => {
    const createdMs = await createMany(contender, size)
    return { createdMs, controller: await controllerFailover(contender) }
  })
  if (ours === undefined) return []
  const many = `${size.topics} topics of ${size.partitionsEach} partitions`
  const { afterDeathMs, afterSessionMs = Number.NaN } = ours.controller
  return [
    beside(`creation of ${many}`, 'ms', [ours.createdMs, kafka?.createdMs], most(1 / 3)),
    beside(`controller killed, ${many}`, 'ms', [afterDeathMs, kafka?.controller.afterDeathMs]),
    {
      name: `controller killed, ${many}, from its session's end`,
      ours: afterSessionMs,
      unit: 'ms',
      goal: '<= 500 ms',
      met: afterSessionMs <= 500,
    },
  ]
}

async function leaderRows(): Promise<Row[]> {
  const [ours, kafka] = await bothOf(async (contender) => {
    await replicatedTopic(contender, topic)
    return await leaderFailover(contender, topic)
  })
  if (ours === undefined) return []
  return [
    {
      ...beside('leader killed, until writes go on', 'ms', [ours, kafka]),
      goal: '<= session + 500 ms',
      met: ours <= sessionTimeoutMs + 500,
    },
  ]
}

/** What a ratio must be. */
interface Goal {
  readonly text: string
  isMet(ratio: number): boolean
}

function least(limit: number): Goal {
  return { text: `>= ${limit}x`, isMet: (ratio) => ratio >= limit }
}

function most(limit: number): Goal {
  return { text: `<= ${limit.toFixed(2)}x`, isMet: (ratio) => ratio <= limit }
}

function beside(
  name: string,
  unit: string,
  [ours, reference]: readonly [number, number | undefined],
  goal?: Goal,
): Row {
  if (reference === undefined) return { name, ours, unit, goal: 'none', met: true }
  const ratio = ours / reference
  const met = goal?.isMet(ratio) ?? true
  const figures = { ours, reference, beside: 'Apache Kafka', ratio, isCost: unit !== 'MB/s' }
  return { name, ...figures, unit, goal: goal?.text ?? 'none', met }
}
