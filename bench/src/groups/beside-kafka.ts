// What coordinators do all day, beside Apache Kafka where it is at hand: offset commits and transactions at a steady rate.
// Both brokers stay up and take turns, so that a disturbed moment disturbs both.

import { cpuSeconds } from '../broker/process-cost.ts'
import { quantile } from '../broker/load.ts'
import { createTopic, startBrokers, type Target } from '../broker/targets.ts'
import { type Row, type Rounds, roundsOf } from '../row.ts'
import { OffsetCommitter } from './offset-committer.ts'
import { atPace } from './pacing.ts'
import { TransactionalLoad } from './transactional-load.ts'

/** How long and how often each load runs. */
interface Effort {
  readonly rounds: number
  readonly warmUpSeconds: number
  readonly seconds: number
}

/** What a story's figures rest on. */
export const whole: Effort = { rounds: 3, warmUpSeconds: 3, seconds: 3 }
/** What shows that it works. */
export const short: Effort = { rounds: 3, warmUpSeconds: 1, seconds: 1 }

const commitsPerSecond = 5000
const transactionsPerSecond = 2000
const producerCount = 200
const partitions = 10
const cpuGoal = 0.33

interface Figures {
  /** Processor seconds of the broker for each second of load. */
  readonly cpu: Rounds
  readonly p50Ms: Rounds
  readonly p99Ms: Rounds
}

type Figure = keyof Figures

type Load = (finished: () => void) => void

/** Several rounds summed up, over the targets in turn; a first round warms up and does not count. */
async function measure(
  loads: ReadonlyMap<Target, Load>,
  perSecond: number,
  { rounds, warmUpSeconds, seconds }: Effort,
): Promise<Partial<Record<Target['name'], Figures>>> {
  const found = new Map<Target, Record<Figure, number>[]>()
  for (const load of loads.values()) await atPace({ perSecond, seconds: warmUpSeconds }, load)
  for (let round = 0; round < rounds; round++) {
    for (const [target, load] of loads) {
      const before = cpuSeconds(target.pid)
      const latenciesMs = await atPace({ perSecond, seconds }, load)
      const cpu = (cpuSeconds(target.pid) - before) / seconds
      const [p50Ms, p99Ms] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)]
      found.set(target, [...(found.get(target) ?? []), { cpu, p50Ms, p99Ms }])
    }
  }
  const figures: Partial<Record<Target['name'], Figures>> = {}
  for (const [{ name }, each] of found) {
    const of = (key: Figure): Rounds => roundsOf(each.map((one) => one[key]))
    figures[name] = { cpu: of('cpu'), p50Ms: of('p50Ms'), p99Ms: of('p99Ms') }
  }
  return figures
}

function besideRow(
  name: string,
  ours: Rounds,
  reference: Rounds | undefined,
  how: Pick<Row, 'unit'> & { readonly most?: number },
): Row {
  const { unit, most } = how
  const own = { name, ours: ours.median, spread: ours.spread, unit }
  if (reference === undefined) return { ...own, goal: 'none', met: true }
  const ratio = ours.median / reference.median
  return {
    ...own,
    reference: reference.median,
    referenceSpread: reference.spread,
    beside: 'Apache Kafka',
    ratio,
    isCost: true,
    goal: most === undefined ? 'none' : `<= ${most}x`,
    met: most === undefined || ratio <= most,
  }
}

async function benchCommits(targets: readonly Target[], effort: Effort): Promise<Row[]> {
  const committers = new Map<Target, OffsetCommitter>()
  for (const target of targets) {
    committers.set(target, await OffsetCommitter.open(target.port, 'load'))
  }
  const loads = new Map<Target, Load>()
  for (const [target, committer] of committers) loads.set(target, (done) => committer.commit(done))
  const { samsa, kafka } = await measure(loads, commitsPerSecond, effort)
  for (const committer of committers.values()) committer.close()
  if (samsa === undefined) return []
  const name = `${commitsPerSecond} offset commits a second`
  return [
    besideRow(`${name}, CPU`, samsa.cpu, kafka?.cpu, { unit: 'CPU s/s', most: cpuGoal }),
    besideRow(`${name}, p99`, samsa.p99Ms, kafka?.p99Ms, { unit: 'ms' }),
  ]
}

async function benchTransactions(targets: readonly Target[], effort: Effort): Promise<Row[]> {
  const producers = new Map<Target, TransactionalLoad>()
  for (const target of targets) {
    const place = { topic: 'transactions', partitions }
    await createTopic(target.port, place.topic, partitions)
    producers.set(target, await TransactionalLoad.open(target.port, place, producerCount))
  }
  const loads = new Map<Target, Load>()
  for (const [target, load] of producers) loads.set(target, (done) => load.transact(done))
  const { samsa, kafka } = await measure(loads, transactionsPerSecond, effort)
  for (const load of producers.values()) load.close()
  if (samsa === undefined) return []
  const name = `${transactionsPerSecond} transactions of 10 records a second`
  return [
    besideRow(`${name}, p50`, samsa.p50Ms, kafka?.p50Ms, { unit: 'ms' }),
    besideRow(`${name}, p99`, samsa.p99Ms, kafka?.p99Ms, { unit: 'ms', most: 1 }),
    besideRow(`${name}, CPU`, samsa.cpu, kafka?.cpu, { unit: 'CPU s/s' }),
  ]
}

/** Offset commits and transactions. */
export async function benchBesideKafka(effort: Effort): Promise<Row[]> {
  const targets = await startBrokers({ isShort: effort === short })
  try {
    for (const { port } of targets) await createTopic(port, 'load')
    return [...(await benchCommits(targets, effort)), ...(await benchTransactions(targets, effort))]
  } finally {
    for (const target of targets) await target[Symbol.asyncDispose]()
  }
}
