// The broker under load, beside the raw loop (what the machine can do) and Apache Kafka where it is at hand. All servers
// stay up, and every load goes over them in turn, several rounds, so that a disturbed moment disturbs all.

import type { Row } from '../row.ts'
import { atRest } from './at-rest.ts'
import { consume } from './consume.ts'
import { batchOf, produceFrame } from './frames.ts'
import { pace, quantile, saturate } from './load.ts'
import { cpuSeconds, residentMb } from './process-cost.ts'
import { startTimes } from './start-time.ts'
import { startTargets, type Target } from './targets.ts'

const rounds = 3
const seconds = 2
const topic = 'load'

interface Figures {
  /** Megabytes or requests a second. */
  readonly rate: number
  /** Processor seconds of the server per gigabyte, or microseconds per request. */
  readonly cost: number
}

type ByTarget = Partial<Record<Target['name'], Figures>>

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** Measures `load` on each target in turn and gives the medians. */
async function measure(
  targets: readonly Target[],
  load: (target: Target) => Promise<{ readonly amount: number; readonly seconds: number }>,
): Promise<ByTarget> {
  const rates: Partial<Record<Target['name'], number[]>> = {}
  const costs: Partial<Record<Target['name'], number[]>> = {}
  // A first round warms up compilers and caches and does not count.
  for (const target of targets) await load(target)
  for (let round = 0; round < rounds; round++) {
    for (const target of targets) {
      const before = cpuSeconds(target.pid)
      const done = await load(target)
      const cpu = cpuSeconds(target.pid) - before
      ;(rates[target.name] ??= []).push(done.amount / done.seconds)
      ;(costs[target.name] ??= []).push(cpu / done.amount)
    }
  }
  const figures: ByTarget = {}
  for (const { name } of targets) {
    figures[name] = { rate: median(rates[name] ?? []), cost: median(costs[name] ?? []) }
  }
  return figures
}

interface Goals {
  readonly unit: string
  readonly costUnit: string
  readonly rateToKafka: number
  readonly costToKafka: number
  readonly costToRaw?: number
}

function rowsOf(name: string, { samsa, raw, kafka }: ByTarget, goals: Goals): Row[] {
  if (samsa === undefined) return []
  const rows: Row[] = []
  if (kafka !== undefined) {
    const rate = samsa.rate / kafka.rate
    const cost = samsa.cost / kafka.cost
    rows.push(
      row(
        `${name}, beside Kafka`,
        samsa.rate,
        kafka.rate,
        goals.unit,
        rate,
        rate >= goals.rateToKafka,
        `>= ${goals.rateToKafka}x`,
      ),
      row(
        `${name}, CPU beside Kafka`,
        samsa.cost,
        kafka.cost,
        goals.costUnit,
        cost,
        cost <= goals.costToKafka,
        `<= ${goals.costToKafka}x`,
      ),
    )
  }
  if (raw !== undefined) {
    const cost = samsa.cost / raw.cost
    const goal = goals.costToRaw
    rows.push(
      row(
        `${name}, beside the raw loop`,
        samsa.rate,
        raw.rate,
        goals.unit,
        samsa.rate / raw.rate,
        true,
        'none',
      ),
      row(
        `${name}, CPU beside the raw loop`,
        samsa.cost,
        raw.cost,
        goals.costUnit,
        cost,
        goal === undefined || cost <= goal,
        goal === undefined ? 'none' : `<= ${goal}x`,
      ),
    )
  }
  if (rows.length === 0) {
    const { rate, cost } = samsa
    rows.push({ name, ours: rate, unit: goals.unit, goal: 'none', met: true })
    rows.push({ name: `${name}, CPU`, ours: cost, unit: goals.costUnit, goal: 'none', met: true })
  }
  return rows
}

function row(
  name: string,
  ours: number,
  reference: number,
  unit: string,
  ratio: number,
  met: boolean,
  goal: string,
): Row {
  return { name, ours, reference, unit, ratio, goal, met }
}

/** `npm run bench -- broker`. */
export async function benchBroker(): Promise<readonly Row[]> {
  return [...(await startTimes()), ...(await underLoad()), ...(await atRest())]
}

async function underLoad(): Promise<Row[]> {
  const targets = await startTargets(topic)
  try {
    const rows: Row[] = []
    const samsa = targets.find((target) => target.name === 'samsa')
    const idleMb = samsa === undefined ? 0 : residentMb(samsa.pid)
    const produce = async (records: Buffer, connections: number, inFlight: number) => {
      const frame = produceFrame(topic, 0, records)
      return measure(targets, async ({ port }) => {
        const done = await saturate(port, frame, { connections, inFlight, seconds })
        return { amount: (done.requests * frame.length) / 1e9, seconds: done.seconds }
      })
    }
    const gigabytes = { unit: 'GB/s', costUnit: 'CPU s/GB' }
    rows.push(
      ...rowsOf('16 KB batches', await produce(batchOf(15, 1024), 1, 5), {
        ...gigabytes,
        rateToKafka: 2,
        costToKafka: 0.4,
      }),
      ...rowsOf('1 MB batches', await produce(batchOf(990, 1024), 1, 5), {
        ...gigabytes,
        rateToKafka: 1.1,
        costToKafka: 1,
        costToRaw: 1.3,
      }),
    )
    const small = produceFrame(topic, 0, batchOf(1, 100))
    const single = await measure(targets, async ({ port }) => {
      const done = await saturate(port, small, { connections: 4, inFlight: 16, seconds })
      return { amount: done.requests / 1e6, seconds: done.seconds }
    })
    const millions = { unit: 'M requests/s', costUnit: 'CPU us/request' }
    rows.push(
      ...rowsOf('one record a request', single, {
        ...millions,
        rateToKafka: 1.5,
        costToKafka: 0.33,
      }),
    )
    const brokers = targets.filter((target) => target.name !== 'raw')
    const read = await measure(brokers, ({ port }) => consume(port, topic, seconds))
    rows.push(...rowsOf('consume', read, { ...gigabytes, rateToKafka: 1, costToKafka: 1 }))
    for (const perSecond of [2000, 10_000]) rows.push(...(await latencies(brokers, perSecond)))
    if (samsa !== undefined) {
      const afterMb = residentMb(samsa.pid)
      rows.push(
        { name: 'memory, idle', ours: idleMb, unit: 'MB', goal: '<= 80 MB', met: idleMb <= 80 },
        {
          name: 'memory, after',
          ours: afterMb,
          unit: 'MB',
          goal: '<= 200 MB',
          met: afterMb <= 200,
        },
      )
    }
    return rows
  } finally {
    for (const target of targets) await target[Symbol.asyncDispose]()
  }
}

async function latencies(brokers: readonly Target[], perSecond: number): Promise<Row[]> {
  const frame = produceFrame(topic, 0, batchOf(1, 100))
  const found: Partial<Record<Target['name'], { p50: number[]; p99: number[] }>> = {}
  for (let round = 0; round < rounds; round++) {
    for (const { name, port } of brokers) {
      const { latenciesMs } = await pace(port, frame, { perSecond, seconds })
      const one = (found[name] ??= { p50: [], p99: [] })
      one.p50.push(quantile(latenciesMs, 0.5))
      one.p99.push(quantile(latenciesMs, 0.99))
    }
  }
  const { samsa, kafka } = found
  if (samsa === undefined) return []
  return (['p50', 'p99'] as const).map((which) => {
    const ours = median(samsa[which])
    const name = `${which} at ${perSecond} a second`
    if (kafka === undefined) return { name, ours, unit: 'ms', goal: 'none', met: true }
    const reference = median(kafka[which])
    const ratio = ours / reference
    const goal = which === 'p99' ? '<= 0.5x' : 'none'
    return { name, ours, reference, unit: 'ms', ratio, goal, met: which === 'p50' || ratio <= 0.5 }
  })
}
