// The broker under load, beside the raw loop (what the machine can do) and Apache Kafka where it is at hand. All servers
// stay up, and every load goes over them in turn, several rounds, so that a disturbed moment disturbs all.

import { type Row, type Rounds, roundsOf } from '../row.ts'
import type { StoryOptions } from '../stories.ts'
import { atRest } from './at-rest.ts'
import { consume } from './consume.ts'
import { batchOf, produceFrame } from './frames.ts'
import { pace, quantile, saturate } from './load.ts'
import { cpuSeconds, residentMb } from './process-cost.ts'
import { startTimes } from './start-time.ts'
import { startTargets, type Target } from './targets.ts'

const topic = 'load'

/** How long and how often each load runs. */
interface Effort {
  readonly rounds: number
  readonly seconds: number
}

const whole: Effort = { rounds: 3, seconds: 2 }
const short: Effort = { rounds: 3, seconds: 0.5 }

interface Figures {
  /** Megabytes or requests a second. */
  readonly rate: Rounds
  /** Processor seconds of the server per gigabyte, or microseconds per request. */
  readonly cost: Rounds
}

type ByTarget = Partial<Record<Target['name'], Figures>>

/** Measures `load` on each target in turn and sums up the rounds. */
async function measure(
  targets: readonly Target[],
  { rounds }: Effort,
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
    figures[name] = { rate: roundsOf(rates[name] ?? []), cost: roundsOf(costs[name] ?? []) }
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

const raw = 'raw loop'

function rowsOf(name: string, figures: ByTarget, goals: Goals): Row[] {
  const { samsa, kafka } = figures
  if (samsa === undefined) return []
  const { unit, costUnit, rateToKafka, costToKafka, costToRaw } = goals
  const rows: Row[] = []
  if (kafka !== undefined) {
    const beside = 'Apache Kafka'
    const rate = compared(`${name}, beside Kafka`, samsa.rate, kafka.rate, { unit, beside })
    const cost = compared(`${name}, CPU beside Kafka`, samsa.cost, kafka.cost, {
      unit: costUnit,
      beside,
      isCost: true,
    })
    rows.push(
      { ...rate, goal: `>= ${rateToKafka}x`, met: ratioOf(rate) >= rateToKafka },
      { ...cost, goal: `<= ${costToKafka}x`, met: ratioOf(cost) <= costToKafka },
    )
  }
  if (figures.raw !== undefined) {
    const rate = { unit, beside: raw }
    rows.push(compared(`${name}, beside the raw loop`, samsa.rate, figures.raw.rate, rate))
    const cost = { unit: costUnit, beside: raw, isCost: true, isSteady: true }
    const row = compared(`${name}, CPU beside the raw loop`, samsa.cost, figures.raw.cost, cost)
    rows.push(
      costToRaw === undefined
        ? row
        : { ...row, goal: `<= ${costToRaw}x`, met: ratioOf(row) <= costToRaw },
    )
  }
  if (rows.length === 0) {
    const { rate, cost } = samsa
    rows.push({ name, ours: rate.median, unit, goal: 'none', met: true })
    rows.push({ name: `${name}, CPU`, ours: cost.median, unit: costUnit, goal: 'none', met: true })
  }
  return rows
}

const ratioOf = ({ ratio }: Row): number => ratio ?? Number.NaN

/** Ours beside another's, without a goal. */
function compared(
  name: string,
  ours: Rounds,
  reference: Rounds,
  how: Pick<Row, 'unit' | 'beside' | 'isCost' | 'isSteady'>,
): Row {
  return {
    name,
    ours: ours.median,
    spread: ours.spread,
    reference: reference.median,
    referenceSpread: reference.spread,
    ratio: ours.median / reference.median,
    ...how,
    goal: 'none',
    met: true,
  }
}

/** `npm run bench -- broker`. A short run leaves out starting and resting. */
export async function benchBroker({ smoke = false }: StoryOptions): Promise<readonly Row[]> {
  if (smoke) return await underLoad(short)
  return [...(await startTimes()), ...(await underLoad(whole)), ...(await atRest())]
}

async function underLoad(effort: Effort): Promise<Row[]> {
  const { seconds } = effort
  const targets = await startTargets(topic, { isShort: effort === short })
  try {
    const rows: Row[] = []
    const samsa = targets.find((target) => target.name === 'samsa')
    const idleMb = samsa === undefined ? 0 : residentMb(samsa.pid)
    const produce = async (records: Buffer, connections: number, inFlight: number) => {
      const frame = produceFrame(topic, 0, records)
      return measure(targets, effort, async ({ port }) => {
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
    const single = await measure(targets, effort, async ({ port }) => {
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
    const read = await measure(brokers, effort, ({ port }) => consume(port, topic, seconds))
    rows.push(...rowsOf('consume', read, { ...gigabytes, rateToKafka: 1, costToKafka: 1 }))
    for (const perSecond of [2000, 10_000]) {
      rows.push(...(await latencies(brokers, perSecond, effort)))
    }
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

async function latencies(
  brokers: readonly Target[],
  perSecond: number,
  { rounds, seconds }: Effort,
): Promise<Row[]> {
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
    const ours = roundsOf(samsa[which])
    const name = `${which} at ${perSecond} a second`
    if (kafka === undefined) {
      return { name, ours: ours.median, spread: ours.spread, unit: 'ms', goal: 'none', met: true }
    }
    const how = { unit: 'ms', beside: 'Apache Kafka', isCost: true }
    const row = compared(name, ours, roundsOf(kafka[which]), how)
    return which === 'p50' ? row : { ...row, goal: '<= 0.5x', met: ratioOf(row) <= 0.5 }
  })
}
