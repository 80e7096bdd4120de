// The power of a whole cluster fails. Nothing was flushed, so each machine keeps something else of what all of them
// acknowledged; whatever one of them still has must be there when they are back, in whatever order they return.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Broker, startBroker } from '@samsa/broker'
import '@samsa/coordination/zookeeper'
import { KafkaConnection } from '@samsa/network'
import {
  BatchBuilder,
  BatchWalk,
  CreateTopics,
  Fetch,
  Metadata,
  Produce,
  readRecords,
} from '@samsa/protocol'
import { simulate, type Simulation } from '@samsa/world/simulated'
import { SimulatedEnsemble } from '../coordination/ensemble/simulated-ensemble.ts'

const port = 9092
const ids = [1, 2, 3]
const count = 30

/** Three machines that share a ZooKeeper, and a client. */
class Machines {
  readonly #simulation: Simulation
  readonly #zookeeper: string
  readonly #running = new Map<number, Broker>()

  constructor(simulation: Simulation, zookeeper: string) {
    this.#zookeeper = zookeeper
    this.#simulation = simulation
  }

  /** The machine is switched on, under a boot id of its own, and starts its broker. */
  async start(id: number): Promise<void> {
    const { world } = this.#simulation.node(`broker-${id}`)
    const directory = '/proc/sys/kernel/random'
    await world.disk.makeDirectory(directory)
    const file = await world.disk.open(`${directory}/boot_id`, 'truncate')
    await file.write(Buffer.from(world.random.bytes(8).toString('hex')), 0)
    await file.sync()
    await file.close()
    const broker = await startBroker({
      world,
      directory: '/data',
      host: `broker-${id}`,
      port,
      settings: {
        'broker.id': id,
        'advertised.listeners': `PLAINTEXT://broker-${id}:${port}`,
        'zookeeper.connect': this.#zookeeper,
        'zookeeper.session.timeout.ms': 1200,
        'min.insync.replicas': 2,
        'replica.fetch.wait.max.ms': 100,
        'replica.fetch.backoff.ms': 100,
        'replica.socket.timeout.ms': 500,
      },
    })
    this.#running.set(id, broker)
  }

  /** All power fails at once; one machine had written everything to its disk, the others lose what they had not synced. */
  losePower(lucky: number): void {
    this.#running.clear()
    for (const id of ids) {
      const unsynced = id === lucky ? 'kept' : 'lost'
      this.#simulation.node(`broker-${id}`).losePower({ unsynced })
    }
    for (const id of ids) this.#simulation.node(`broker-${id}`).start()
  }

  get running(): number {
    return this.#running.size
  }

  async connect(id: number): Promise<KafkaConnection> {
    const { network } = this.#simulation.node('client').world
    return KafkaConnection.open(network, { host: `broker-${id}`, port })
  }

  /** Leader and in-sync set as broker `id` knows them. */
  async status(id: number): Promise<{ readonly leader: number; readonly inSync: number }> {
    const connection = await this.connect(id)
    const { topics } = await connection.send(Metadata, 9, { topics: [{ name: 't' }] })
    connection.destroy()
    const [partition] = topics[0]?.partitions ?? []
    return { leader: partition?.leaderId ?? -1, inSync: partition?.isrNodes.length ?? 0 }
  }
}

async function createAndFill(machines: Machines): Promise<void> {
  const first = await machines.connect(1)
  const { topics } = await first.send(CreateTopics, 5, {
    topics: [{ name: 't', numPartitions: 1, replicationFactor: 3, assignments: [], configs: [] }],
    timeoutMs: 5000,
  })
  assert.equal(topics[0]?.errorCode, 0)
  first.destroy()
  const { leader } = await machines.status(1)
  const connection = await machines.connect(leader)
  for (let i = 0; i < count; i++) {
    const builder = new BatchBuilder()
    builder.append(0, null, Buffer.from(`value ${i}`))
    const records = Buffer.from(builder.build({}))
    const answer = await connection.send(Produce, 9, {
      acks: -1,
      timeoutMs: 5000,
      topicData: [{ name: 't', partitionData: [{ index: 0, records }] }],
    })
    assert.equal(answer.responses[0]?.partitionResponses[0]?.errorCode, 0)
  }
  connection.destroy()
}

async function readAll(machines: Machines, leader: number): Promise<string[]> {
  const connection = await machines.connect(leader)
  const answer = await connection.send(Fetch, 11, {
    maxWaitMs: 100,
    minBytes: 1,
    topics: [
      { topic: 't', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20 }] },
    ],
  })
  const values: string[] = []
  const walk = new BatchWalk(answer.responses[0]?.partitions[0]?.records ?? Buffer.alloc(0))
  while (walk.next()) {
    for (const { value } of readRecords(walk.batch).records) values.push(value?.toString() ?? '')
  }
  connection.destroy()
  return values
}

const orders = [
  [1, 2, 3],
  [2, 3, 1],
  [3, 1, 2],
]

for (const lucky of ids) {
  test(`what machine ${lucky} alone kept when all lost power is there again`, async () => {
    for (const order of orders) {
      await simulate(lucky, async (simulation) => {
        const zookeeper = await SimulatedEnsemble.start(simulation)
        const machines = new Machines(simulation, zookeeper.connectString)
        await Promise.all(ids.map((id) => machines.start(id)))
        await createAndFill(machines)
        machines.losePower(lucky)
        for (const id of order) {
          void machines.start(id)
          await simulation.clock.sleep(simulation.random.between(0, 3000))
        }
        const patience = { limitMs: 30_000, everyMs: 50 }
        await simulation.until(() => machines.running === 3, { ...patience, what: 'all serve' })
        const [asked = 1] = order
        const isWhole = async (): Promise<boolean> => (await machines.status(asked)).inSync === 3
        await simulation.until(isWhole, { ...patience, what: 'all are in sync' })
        const { leader } = await machines.status(asked)
        const values = await readAll(machines, leader)
        assert.deepEqual(
          values,
          Array.from({ length: count }, (_, i) => `value ${i}`),
          `order ${order}`,
        )
      })
    }
  })
}
