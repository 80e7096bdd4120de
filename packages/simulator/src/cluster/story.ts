// One story: three to five brokers and their ZooKeeper, whatever goes wrong between and in them, and clients that write
// plainly, idempotently and in transactions, turn inputs into outputs exactly once, and read. In the end everything is
// mended, comes back to full strength, is read and held against the history, and the replicas are compared.

import { CreateTopics, ListOffsets } from '@samsa/protocol'
import { simulate, type Simulation, type SimulationOptions } from '@samsa/world/simulated'
import { type Anomaly, checkHistory, type Report } from '../history/index.ts'
import {
  groupId,
  partitionCount,
  places,
  readEverything,
  runWorker,
  runWriter,
  sourceOf,
  type Stage,
} from '../transactions/actors.ts'
import { readCommitted, topic } from '../transactions/read-committed.ts'
import { keyOf, Recorder } from '../transactions/recorder.ts'
import { TransactionalClient } from '../transactions/transactional-client.ts'
import { runProducer, runReader } from './actors.ts'
import { ClusterClient } from './cluster-client.ts'
import { areReplicasEqual } from './compare-replicas.ts'
import { runFaults, turnOffFaults, turnOnFaults } from './faults.ts'
import { runPlainClient } from './plain-actor.ts'
import type { LeaderAnswer } from './registrations.ts'
import { sessionTimeoutMs, SimulatedCluster } from './simulated-cluster.ts'

/** What became of a story. */
export interface StoryEnd {
  readonly traceHash: string
  readonly crashes: number
  readonly report: Report
  readonly committed: number
  readonly virtualMs: number
}

/** A partition beside those of the history: what it loses was never promised. */
const plainPartition = partitionCount

const storyMs = 5_000

/** What everything takes at most once nothing goes wrong any more. */
const peaceMs = 60_000

/** In which every record that is there gets below the high watermark. */
const settlingMs = 1_000

/** Tells the story of a seed; rejects when a rule was broken. */
export async function tellStory(seed: number, how: SimulationOptions = {}): Promise<StoryEnd> {
  const limits = { ...how, limitMs: storyMs + 4 * peaceMs }
  const { value, traceHash } = await simulate(seed, (simulation) => tell(simulation), limits)
  const { recorder, crashes, virtualMs } = value
  const isInput = (key: string): boolean => places.inputs.some((place) => keyOf(place) === key)
  const isOutput = (key: string): boolean => places.outputs.some((place) => keyOf(place) === key)
  const report = checkHistory(recorder.events, { pipeline: { isInput, isOutput, sourceOf } })
  if (!report.isValid) throw new Error(tellAnomalies(report.violations))
  const committed = recorder.events.filter(({ f, type }) => f !== 'poll' && type === 'ok').length
  return { traceHash, crashes, report, committed, virtualMs }
}

function tellAnomalies(violations: readonly Anomaly[]): string {
  const [first] = violations
  return `${violations.length} anomalies; ${first?.name}: ${first?.proof}`
}

interface Told {
  readonly recorder: Recorder
  readonly crashes: number
  readonly virtualMs: number
}

async function tell(simulation: Simulation): Promise<Told> {
  const { random, clock, extent } = simulation
  const isFlushed = random.chance(0.5)
  const brokerCount = 3 + random.below(3)
  const ensemble = {
    servers: random.chance(0.7) ? 3 : 1,
    tickMs: random.between(100, sessionTimeoutMs / 2),
    syncTicks: 2 + random.below(5),
  }
  const plan = { brokerCount, minInSyncReplicas: 2, isFlushed, ensemble }
  const cluster = await SimulatedCluster.start(simulation, plan)
  const { brokerIds } = cluster
  const clientOf = (name: string): ClusterClient =>
    new ClusterClient(simulation.node(name).world, brokerIds)
  const admin = clientOf('admin')
  await createTopic(admin)
  const recorder = new Recorder(clock)
  const endsAt = clock.monotonic() + extent.of(storyMs)
  const isOver = (): boolean => clock.monotonic() >= endsAt
  let nextValue = 1
  const newValue = (): number => nextValue++
  const stage: Stage = { recorder, clock, isOver, newValue, crashes: () => cluster.crashes }
  const version = random.chance(0.7) ? 2 : 1
  await new TransactionalClient(admin, 'first', version).findCoordinators(groupId)
  if (extent.fault()) turnOnFaults(simulation, cluster)
  const actors: Promise<unknown>[] = [runFaults(simulation, cluster, { isFlushed, isOver })]
  for (const isIdempotent of [true, true, false]) {
    const name = `producer-${actors.length}`
    const partitions = [...places.inputs, ...places.others]
    const own = { random: random.fork(name), partitions, isIdempotent }
    actors.push(runProducer(clientOf(name), stage, own))
  }
  for (const [i, id] of ['writer', 'writer', 'other writer'].entries()) {
    const producer = new TransactionalClient(clientOf(`writer-${i}`), id, version)
    actors.push(runWriter(producer, random.fork(`writer ${i}`), stage))
  }
  for (let i = 0; i < 2; i++) {
    const name = `plain-${i}`
    const own = { clock, random: random.fork(name), isOver }
    const check = (answer: LeaderAnswer): void => cluster.registrations.check(answer)
    actors.push(runPlainClient(clientOf(name), plainPartition, { ...own, check }))
  }
  const ends = new Map<number, number>()
  const workers = places.inputs.map((input, i) => {
    const client = clientOf(`worker-${i}`)
    const producer = new TransactionalClient(client, `worker ${input}`, version)
    const isDrained = (offset: number): boolean => offset >= (ends.get(input) ?? Infinity)
    return runWorker(client, producer, random.fork(`worker ${i}`), { ...stage, input, isDrained })
  })
  for (const partitions of [places.others, [...places.inputs, ...places.outputs]]) {
    const name = `reader-${partitions[0]}`
    actors.push(runReader(clientOf(name), random.fork(name), { ...stage, partitions }))
  }
  await Promise.all(actors)
  turnOffFaults(simulation, cluster)
  const peace = { limitMs: peaceMs / 2, everyMs: 50 }
  await simulation.until(() => cluster.isComplete, { ...peace, what: 'that every broker serves' })
  // What nobody was told of may still become part of the inputs: when too few replicas were in sync before.
  await atFullStrength(simulation, admin, brokerCount)
  await clock.sleep(settlingMs)
  for (const input of places.inputs) ends.set(input, await stableEnd(simulation, admin, input))
  let isWorking = true
  void Promise.all(workers).then(() => {
    isWorking = false
  })
  await simulation.until(() => !isWorking, { ...peace, what: 'that the workers are done' })
  await atFullStrength(simulation, admin, brokerCount)
  await readEverything(clientOf('last-reader'), stage)
  const virtualMs = clock.monotonic()
  const worlds = new Map(brokerIds.map((id) => [id, cluster.node(id).world]))
  for (let partition = 0; partition <= plainPartition; partition++) {
    const what = `that the replicas of partition ${partition} are equal`
    const isEqual = (): Promise<boolean> => areReplicasEqual(worlds, `${topic}-${partition}`)
    await simulation.until(isEqual, { ...peace, what })
  }
  cluster.killAll()
  return { recorder, crashes: cluster.crashes, virtualMs }
}

async function createTopic(client: ClusterClient): Promise<void> {
  for (;;) {
    const spec = { name: topic, numPartitions: plainPartition + 1, replicationFactor: 3 }
    const answer = await client.ask((connection) =>
      connection.send(CreateTopics, 5, {
        topics: [{ ...spec, assignments: [], configs: [] }],
        timeoutMs: 1000,
      }),
    )
    const code = answer?.topics[0]?.errorCode
    // 36: an earlier attempt succeeded after all.
    if (code === 0 || code === 36) return
    await client.world.clock.sleep(50)
  }
}

/** Every partition has a leader and all of its replicas in sync, and nothing is open in it. */
async function atFullStrength(
  simulation: Simulation,
  client: ClusterClient,
  brokerCount: number,
): Promise<void> {
  const isFull = async (): Promise<boolean> => {
    const partitions = await client.partitions()
    return partitions?.every(({ isr }) => isr.length === Math.min(3, brokerCount)) ?? false
  }
  const limitMs = peaceMs / 2
  await simulation.until(isFull, { what: 'that every replica is in sync', limitMs, everyMs: 100 })
  for (let partition = 0; partition < partitionCount; partition++) {
    await stableEnd(simulation, client, partition)
  }
}

/**
 * The end of a partition as its leader tells it: not before it knows what its predecessors committed (KIP-207). A fetch may
 * be answered by a follower, or by a leader that knows less.
 */
async function latestOffset(client: ClusterClient, partition: number): Promise<number | undefined> {
  const answer = await client.ask(
    (connection) =>
      connection.send(ListOffsets, 5, {
        replicaId: -1,
        topics: [{ name: topic, partitions: [{ partitionIndex: partition, timestamp: -1 }] }],
      }),
    { kind: 'leader', partition },
  )
  const [found] = answer?.topics[0]?.partitions ?? []
  return found?.errorCode === 0 ? found.offset : undefined
}

/** The end of a partition once nothing is open in it any more. */
async function stableEnd(
  simulation: Simulation,
  client: ClusterClient,
  partition: number,
): Promise<number> {
  let end = -1
  let last = 'no answer'
  const isStable = async (): Promise<boolean> => {
    const fetched = await readCommitted(client, partition, 0)
    if (fetched === undefined) return false
    const latest = await latestOffset(client, partition)
    if (latest === undefined) return false
    end = latest
    last = `${fetched.lastStableOffset} of ${end}`
    return fetched.lastStableOffset === end
  }
  const deadline = simulation.clock.monotonic() + peaceMs / 2
  while (!(await isStable())) {
    if (simulation.clock.monotonic() > deadline) {
      throw new Error(`Partition ${partition} does not come to rest: ${last}.`)
    }
    await simulation.clock.sleep(50)
  }
  return end
}
