// One story: a broker that crashes and comes back, a network that drops connections, disks that dawdle and fail, and clients
// that produce and consume while somebody moves partitions between the log directories. At the end everything is mended,
// read, and held against the history.

import {
  type SeededRandom,
  simulate,
  type Simulation,
  type SimulationOptions,
} from '@samsa/world/simulated'
import { BrokerLife, calmNetwork, slowDisk } from './broker-life.ts'
import { brokerHost, Client, fetchFrom, runConsumer, runProducer } from './clients.ts'
import { History } from './history.ts'

/** What became of a story. */
export interface StoryEnd {
  readonly traceHash: string
  readonly events: number
  readonly crashes: number
  readonly acknowledged: number
  readonly unknown: number
  readonly read: number
}

const logDirectories = ['/data/logs-1', '/data/logs-2']

const settings = {
  'log.segment.bytes': 1 << 20,
  'num.partitions': 1,
  'log.dirs': logDirectories.join(','),
}

const storyMs = 4000

/** Tells the story of a seed; rejects when a rule was broken. */
export async function tellStory(seed: number, how: SimulationOptions = {}): Promise<StoryEnd> {
  const history = new History()
  const told = await simulate(seed, (simulation) => tell(simulation, history), how)
  const { value, traceHash, events } = told
  const { acknowledged, unknown, read } = history
  return { traceHash, events, crashes: value, acknowledged, unknown, read }
}

async function tell(simulation: Simulation, history: History): Promise<number> {
  const { random, clock, extent } = simulation
  const partitions = 1 + random.below(3)
  const isFlushed = random.chance(0.5)
  const life = new BrokerLife(simulation, { isFlushed, settings, shortestMs: 200 })
  await life.start()
  const admin = new Client(simulation.node('admin').world)
  await admin.createTopic(partitions)
  if (extent.fault()) turnOnFaults(simulation)
  const endsAt = clock.monotonic() + extent.of(storyMs)
  const isOver = (): boolean => clock.monotonic() >= endsAt
  const clients: Promise<void>[] = []
  for (let i = 0; i < 3; i++) {
    const client = new Client(simulation.node(`producer-${i}`).world)
    const producerId = i === 0 ? undefined : 1000 + i
    const own = { producerId, partitions, random: random.fork(`producer ${i}`), history, isOver }
    clients.push(runProducer(client, `p${i}`, own))
  }
  for (let i = 0; i < 2; i++) {
    const client = new Client(simulation.node(`consumer-${i}`).world)
    const own = { partitions, random: random.fork(`consumer ${i}`), history, isOver }
    clients.push(runConsumer(client, own))
  }
  clients.push(life.crashNowAndThen(isOver))
  if (random.chance(0.7)) {
    const mover = new Client(simulation.node('mover').world)
    const own = { partitions, random: random.fork('mover'), isOver }
    clients.push(moveNowAndThen(mover, own))
  }
  await Promise.all(clients)
  calmNetwork(simulation)
  simulation.node(brokerHost).disk.faults.forgetPlanned()
  life.crash()
  await life.start()
  const reader = new Client(simulation.node('reader').world)
  for (let partition = 0; partition < partitions; partition++) {
    history.check(partition, await readAll(reader, partition, history))
  }
  await life.stop()
  return life.crashes
}

/** Each seed has its own mix, so that no fault hides another for good. */
function turnOnFaults(simulation: Simulation): void {
  const { random, network } = simulation
  if (random.chance(0.7)) network.faults.latency = [0, random.between(1, 20)]
  if (random.chance(0.5)) network.faults.resetChance = 0.005
  if (random.chance(0.5)) network.faults.splitChance = 0.3
  if (random.chance(0.3)) {
    network.faults.stallChance = 0.01
    network.faults.stall = [10, 300]
  }
  slowDisk(simulation)
  const { faults } = simulation.node(brokerHost).disk
  if (random.chance(0.5)) faults.latency.name = [0, 20]
  // One only: a directory that fails twice, or two that fail, may take the newer of two copies out of sight.
  const path = logDirectories[random.below(2)] ?? ''
  if (random.chance(0.3)) faults.failOnce({ operation: 'name', path, after: random.below(80) })
  else if (random.chance(0.1)) {
    faults.failOnce({ operation: 'sync', path, after: random.below(200) })
  }
}

async function readAll(
  client: Client,
  partition: number,
  history: History,
): Promise<ReadonlyMap<number, string>> {
  const content = new Map<number, string>()
  let offset = 0
  for (;;) {
    const fetched = await fetchFrom(client, partition, offset)
    if (fetched === undefined) continue
    for (const [at, value] of fetched.records) {
      history.saw(partition, at, value)
      content.set(at, value)
    }
    offset = fetched.nextOffset
    if (offset >= fetched.highWatermark) return content
  }
}

/** Somebody who never likes where a partition lies. */
async function moveNowAndThen(
  client: Client,
  options: {
    readonly partitions: number
    readonly random: SeededRandom
    readonly isOver: () => boolean
  },
): Promise<void> {
  const { partitions, random, isOver } = options
  while (!isOver()) {
    await client.world.clock.sleep(random.between(10, 400))
    await client.move(random.below(partitions), logDirectories[random.below(2)] ?? '')
  }
}
