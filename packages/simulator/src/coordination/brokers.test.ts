// Brokers of several machines on one ZooKeeper: any of them takes any command, a controller that dies is replaced, and a
// broker that is cut off from its ensemble stops answering before others take over.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Broker, startBroker } from '@samsa/broker'
// What brokers load when they need it must be there before simulated time runs.
import '@samsa/coordination/zookeeper'
import { KafkaConnection } from '@samsa/network'
import { BatchBuilder, CreateTopics, errorName, Metadata, Produce } from '@samsa/protocol'
import { simulate, type Simulation } from '@samsa/world/simulated'
import { SimulatedEnsemble } from './ensemble/simulated-ensemble.ts'

const sessionTimeoutMs = 3000

function startMember(simulation: Simulation, id: number): Promise<Broker> {
  const host = `broker-${id}`
  return startBroker({
    world: simulation.node(host).world,
    directory: '/data',
    host,
    port: 9092,
    settings: {
      'broker.id': id,
      'zookeeper.connect': 'zookeeper-1:2181/cluster',
      'zookeeper.session.timeout.ms': sessionTimeoutMs,
    },
  })
}

async function connect(simulation: Simulation, id: number): Promise<KafkaConnection> {
  const { network } = simulation.node('client').world
  return KafkaConnection.open(network, { host: `broker-${id}`, port: 9092 })
}

async function createTopic(simulation: Simulation, id: number, name: string): Promise<string> {
  const connection = await connect(simulation, id)
  const { topics } = await connection.send(CreateTopics, 7, {
    topics: [{ name, numPartitions: 3, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 20_000,
  })
  await connection.close()
  return errorName(topics[0]?.errorCode ?? -1)
}

async function leaderOf(simulation: Simulation, id: number, topic: string): Promise<number> {
  const connection = await connect(simulation, id)
  const { topics } = await connection.send(Metadata, 9, {
    topics: [{ name: topic }],
    allowAutoTopicCreation: false,
  })
  await connection.close()
  return topics[0]?.partitions[0]?.leaderId ?? -2
}

async function produce(simulation: Simulation, id: number, topic: string): Promise<string> {
  const records = new BatchBuilder()
  records.append(1, null, Buffer.from('a'))
  const connection = await connect(simulation, id)
  try {
    const { responses } = await connection.send(Produce, 9, {
      transactionalId: null,
      acks: 1,
      timeoutMs: 1000,
      topicData: [{ name: topic, partitionData: [{ index: 0, records: records.build() }] }],
    })
    return errorName(responses[0]?.partitionResponses[0]?.errorCode ?? -1)
  } catch {
    return 'disconnected'
  } finally {
    connection.destroy()
  }
}

async function startThree(simulation: Simulation): Promise<SimulatedEnsemble> {
  const zookeeper = await SimulatedEnsemble.start(simulation)
  await Promise.all([1, 2, 3].map((id) => startMember(simulation, id)))
  return zookeeper
}

test('any broker creates topics, and every broker knows them', async () => {
  await simulate(1, async (simulation) => {
    await startThree(simulation)
    for (const id of [1, 2, 3]) {
      assert.equal(await createTopic(simulation, id, `topic-${id}`), 'NONE')
      assert.equal(await createTopic(simulation, id, `topic-${id}`), 'TOPIC_ALREADY_EXISTS')
      for (const other of [1, 2, 3]) {
        assert.ok((await leaderOf(simulation, other, `topic-${id}`)) > 0)
      }
    }
  })
})

test('whichever broker dies, the others go on creating topics', async () => {
  await simulate(2, async (simulation) => {
    await startThree(simulation)
    for (const id of [1, 2, 3]) {
      simulation.node(`broker-${id}`).kill()
      assert.equal(await createTopic(simulation, (id % 3) + 1, `topic-${id}`), 'NONE')
      simulation.node(`broker-${id}`).start()
      // Waits until its earlier life is forgotten.
      await startMember(simulation, id)
      assert.equal(await createTopic(simulation, id, `again-${id}`), 'NONE')
    }
  })
})

test('a broker cut off from its ensemble answers nobody, and joins again later', async () => {
  await simulate(3, async (simulation) => {
    const { network, clock } = simulation
    await startThree(simulation)
    await createTopic(simulation, 1, 'orders')
    const leader = await leaderOf(simulation, 1, 'orders')
    assert.equal(await produce(simulation, leader, 'orders'), 'NONE')
    network.partition([`broker-${leader}`], ['zookeeper-1'])
    // The lease of the last write to the ensemble still holds.
    await clock.sleep(sessionTimeoutMs / 6)
    assert.equal(await produce(simulation, leader, 'orders'), 'NONE')
    await clock.sleep(sessionTimeoutMs / 2)
    assert.equal(await produce(simulation, leader, 'orders'), 'NOT_LEADER_OR_FOLLOWER')
    await clock.sleep(sessionTimeoutMs)
    const other = (leader % 3) + 1
    assert.equal(await leaderOf(simulation, other, 'orders'), -1)
    network.heal()
    await clock.sleep(sessionTimeoutMs)
    assert.equal(await leaderOf(simulation, other, 'orders'), leader)
    assert.equal(await produce(simulation, leader, 'orders'), 'NONE')
  })
})

test('an expired session is followed by another one, with a new leader epoch', async () => {
  await simulate(4, async (simulation) => {
    const zookeeper = await startThree(simulation)
    await createTopic(simulation, 1, 'orders')
    const leader = await leaderOf(simulation, 1, 'orders')
    zookeeper.expireOwner(`/cluster/metadata/brokers/${leader}`)
    await simulation.clock.sleep(1000)
    assert.equal(await leaderOf(simulation, leader, 'orders'), leader)
    assert.equal(await produce(simulation, leader, 'orders'), 'NONE')
    assert.equal(await createTopic(simulation, leader, 'other'), 'NONE')
  })
})

test('sessions that expire while a broker joins again do not keep it from answering', async () => {
  await simulate(5, async (simulation) => {
    const { clock } = simulation
    const zookeeper = await startThree(simulation)
    await createTopic(simulation, 1, 'orders')
    const leader = await leaderOf(simulation, 1, 'orders')
    const path = `/cluster/metadata/brokers/${leader}`
    let left = 3
    zookeeper.onChange((changed, exists) => {
      if (changed !== path || !exists || left-- <= 0) return
      // The registration stands, and nobody has taken note of it yet.
      clock.after(1, () => zookeeper.expireOwner(path))
    })
    zookeeper.expireOwner(path)
    await clock.sleep(5000)
    assert.equal(left <= 0, true)
    assert.equal(await produce(simulation, leader, 'orders'), 'NONE')
  })
})
