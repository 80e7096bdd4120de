// One story: a broker that crashes and comes back, a network that delays, repeats and drops, and clients that write
// transactions, turn inputs into outputs exactly once, take each other's transactional ids and run past their timeouts.
// At the end everything is mended and read, and the history is judged.

import { simulate, type Simulation, type SimulationOptions } from '@samsa/world/simulated'
import { BrokerLife, calmNetwork, slowDisk } from '../broker/broker-life.ts'
import { Client } from '../broker/clients.ts'
import { type Anomaly, checkHistory, type Report } from '../history/index.ts'
import {
  groupId,
  partitionCount,
  places,
  readEverything,
  runReader,
  runWorker,
  runWriter,
  sourceOf,
  type Stage,
} from './actors.ts'
import { readCommitted } from './read-committed.ts'
import { keyOf, Recorder } from './recorder.ts'
import { TransactionalClient } from './transactional-client.ts'

/** What became of a story. */
export interface StoryEnd {
  readonly traceHash: string
  readonly crashes: number
  readonly report: Report
  readonly committed: number
}

const settings = {
  'offsets.topic.num.partitions': 2,
  'transaction.state.log.num.partitions': 2,
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 500,
  'num.partitions': 1,
}

const storyMs = 4_000

/** What everything takes at most once nothing goes wrong any more. */
const peaceMs = 60_000

/** Tells the story of a seed; rejects when a rule was broken. */
export async function tellStory(seed: number, how: SimulationOptions = {}): Promise<StoryEnd> {
  const limits = { ...how, limitMs: storyMs + peaceMs }
  const { value, traceHash } = await simulate(seed, (simulation) => tell(simulation), limits)
  const { recorder, crashes } = value
  const isInput = (key: string): boolean => places.inputs.some((place) => keyOf(place) === key)
  const isOutput = (key: string): boolean => places.outputs.some((place) => keyOf(place) === key)
  const report = checkHistory(recorder.events, { pipeline: { isInput, isOutput, sourceOf } })
  if (!report.isValid) throw new Error(tellAnomalies(report.violations))
  const committed = recorder.events.filter(({ f, type }) => f === 'txn' && type === 'ok').length
  return { traceHash, crashes, report, committed }
}

function tellAnomalies(violations: readonly Anomaly[]): string {
  const [first] = violations
  return `${violations.length} anomalies; ${first?.name}: ${first?.proof}`
}

async function tell(
  simulation: Simulation,
): Promise<{ readonly recorder: Recorder; readonly crashes: number }> {
  const { random, clock, extent } = simulation
  const life = new BrokerLife(simulation, {
    isFlushed: random.chance(0.5),
    settings,
    shortestMs: 100,
  })
  await life.start()
  const admin = new Client(simulation.node('admin').world)
  await admin.createTopic(partitionCount)
  const version = random.chance(0.7) ? 2 : 1
  const recorder = new Recorder(clock)
  const endsAt = clock.monotonic() + extent.of(storyMs)
  let nextValue = 1
  const stage: Stage = {
    recorder,
    clock,
    isOver: () => clock.monotonic() >= endsAt,
    newValue: () => nextValue++,
    crashes: () => life.crashes,
  }
  const clientOf = (name: string): Client => new Client(simulation.node(name).world)
  await new TransactionalClient(admin, 'first', version).findCoordinators(groupId)
  if (extent.fault()) turnOnFaults(simulation)
  const actors: Promise<void>[] = [life.crashNowAndThen(stage.isOver)]
  // Two of the writers share a transactional id and fence each other.
  for (const [i, id] of ['writer', 'writer', 'other writer'].entries()) {
    const producer = new TransactionalClient(clientOf(`writer-${i}`), id, version)
    actors.push(runWriter(producer, random.fork(`writer ${i}`), stage))
  }
  const ends = new Map<number, number>()
  const workers = [0, 1, 1].map((place, i) => {
    const input = places.inputs[place] ?? 0
    const client = clientOf(`worker-${i}`)
    const producer = new TransactionalClient(client, `worker ${input}`, version)
    // The third one only fences the second and is fenced by it; in the end it leaves it alone.
    const isDrained = (offset: number): boolean =>
      i === 2 || offset >= (ends.get(input) ?? Infinity)
    return runWorker(client, producer, random.fork(`worker ${i}`), { ...stage, input, isDrained })
  })
  for (let i = 0; i < 2; i++) {
    const partitions = i === 0 ? places.others : [...places.inputs, ...places.outputs]
    const reader = runReader(clientOf(`reader-${i}`), random.fork(`reader ${i}`), {
      ...stage,
      partitions,
    })
    actors.push(reader)
  }
  await Promise.all(actors)
  calmNetwork(simulation)
  life.crash()
  await life.start()
  for (const input of places.inputs) ends.set(input, await stableEnd(admin, input))
  await Promise.all(workers)
  await readEverything(clientOf('last-reader'), stage)
  await life.stop()
  return { recorder, crashes: life.crashes }
}

/** The end of a partition once nothing is open in it any more. */
async function stableEnd(client: Client, partition: number): Promise<number> {
  for (;;) {
    const fetched = await readCommitted(client, partition, 0)
    if (fetched !== undefined && fetched.lastStableOffset === fetched.highWatermark) {
      return fetched.highWatermark
    }
    await client.world.clock.sleep(50)
  }
}

/** Each seed has its own mix, so that no fault hides another for good. */
function turnOnFaults(simulation: Simulation): void {
  const { random, network } = simulation
  if (random.chance(0.8)) network.faults.latency = [0, random.between(1, 20)]
  if (random.chance(0.5)) network.faults.resetChance = 0.01
  if (random.chance(0.5)) {
    network.faults.stallChance = 0.02
    network.faults.stall = [10, 1_000]
  }
  slowDisk(simulation)
}
