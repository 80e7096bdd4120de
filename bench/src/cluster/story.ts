// Three brokers with replicas on all of them, beside three of Apache Kafka under the same load: throughput, processor time,
// latency, memory, what a death costs, and many topics. One cluster runs at a time: six brokers do not fit beside each other.

import type { Row } from '../row.ts'
import { residentMb } from '../broker/process-cost.ts'
import type { StoryOptions } from '../stories.ts'
import { type Contender, startKafka, startSamsa } from './contenders.ts'
import { type ControllerFailover, controllerFailover, leaderFailover } from './failover.ts'
import { p99, replicatedTopic, throughput } from './loads.ts'
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

/** What one cluster did. */
interface Figures {
  readonly mbPerSecond: number
  readonly cpuSecondsPerGb: number
  readonly p99Ms: number
  readonly loadedMb: number
  readonly createdMs: number
  readonly failoverMs: number
  readonly controller: ControllerFailover
  readonly sessionTimeoutMs: number
}

/** `npm run bench -- cluster`. A short run has fewer rounds and topics. */
export async function benchCluster({ smoke = false }: StoryOptions): Promise<readonly Row[]> {
  const size = smoke ? short : whole
  const ours = await measure(startSamsa, size)
  if (ours === undefined) return []
  return rowsOf(ours, await measure(startKafka, size), size)
}

const topic = 'load'

async function measure(
  start: () => Promise<Contender | undefined>,
  { rounds, seconds, perSecond, ...many }: Size,
): Promise<Figures | undefined> {
  await using contender = await start()
  if (contender === undefined) return undefined
  const { members, sessionTimeoutMs } = contender
  await replicatedTopic(contender, topic)
  // What warms up compilers and caches does not count.
  await throughput(contender, topic, seconds)
  const loads: { readonly mbPerSecond: number; readonly cpuSecondsPerGb: number }[] = []
  const latencies: number[] = []
  for (let round = 0; round < rounds; round++) {
    loads.push(await throughput(contender, topic, seconds))
    latencies.push(await p99(contender, topic, { perSecond, seconds }))
  }
  const loadedMb = members.reduce((sum, { pid }) => sum + residentMb(pid), 0)
  const createdMs = await createMany(contender, many)
  const controller = await controllerFailover(contender)
  // What is left of the cluster has two brokers: the leader's death is measured on a new one.
  await using fresh = await start()
  if (fresh === undefined) return undefined
  await replicatedTopic(fresh, topic)
  const failoverMs = await leaderFailover(fresh, topic)
  return {
    mbPerSecond: median(loads.map((load) => load.mbPerSecond)),
    cpuSecondsPerGb: median(loads.map((load) => load.cpuSecondsPerGb)),
    p99Ms: median(latencies),
    loadedMb,
    createdMs,
    failoverMs,
    controller,
    sessionTimeoutMs,
  }
}

function rowsOf(ours: Figures, kafka: Figures | undefined, size: Size): Row[] {
  const { topics, partitionsEach } = size
  const many = `${topics} topics of ${partitionsEach} partitions`
  const { afterSessionMs = Number.NaN, afterDeathMs } = ours.controller
  const goalMs = ours.sessionTimeoutMs + 500
  return [
    beside('16 KB batches, acks=all', 'MB/s', [ours.mbPerSecond, kafka?.mbPerSecond], least(1.5)),
    beside(
      '16 KB batches, CPU of three brokers',
      'CPU s/GB',
      [ours.cpuSecondsPerGb, kafka?.cpuSecondsPerGb],
      most(0.5),
    ),
    beside(`p99 at ${size.perSecond} a second`, 'ms', [ours.p99Ms, kafka?.p99Ms], most(0.5)),
    beside('memory of three brokers', 'MB', [ours.loadedMb, kafka?.loadedMb], most(0.2)),
    beside(`creation of ${many}`, 'ms', [ours.createdMs, kafka?.createdMs], most(1 / 3)),
    {
      ...beside('leader killed, until writes go on', 'ms', [ours.failoverMs, kafka?.failoverMs]),
      goal: `<= session + 500 ms`,
      met: ours.failoverMs <= goalMs,
    },
    beside(`controller killed, ${many}`, 'ms', [afterDeathMs, kafka?.controller.afterDeathMs]),
    {
      name: `controller killed, after its session`,
      ours: afterSessionMs,
      unit: 'ms',
      goal: '<= 500 ms',
      met: afterSessionMs <= 500,
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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}
