// Several brokers, one partition: what was acknowledged by all is on all, and survives the one that led.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchWalk, CreateTopics, Fetch, Metadata, readRecords } from '@samsa/protocol'
import type { Broker } from './running-broker.ts'
import { type Cluster, startCluster } from './start-broker.ts'
import { batchOf, fetchFrom, produce } from './testing/test-broker.ts'
import { connect, until } from './testing/test-cluster.ts'

const settings = {
  'replica.lag.time.max.ms': 2000,
  'replica.fetch.wait.max.ms': 100,
  'min.insync.replicas': 2,
  'offsets.topic.num.partitions': 2,
}

interface Leader {
  readonly leaderId: number
  readonly leaderEpoch: number
  readonly isr: readonly number[]
}

async function leaderOf(broker: Broker, topic: string): Promise<Leader> {
  await using connection = await connect(broker)
  const { topics } = await connection.send(Metadata, 9, { topics: [{ name: topic }] })
  const [partition] = topics[0]?.partitions ?? []
  if (partition === undefined) throw new Error('The topic has no partition.')
  const { leaderId, leaderEpoch, isrNodes } = partition
  return { leaderId, leaderEpoch, isr: [...isrNodes].sort((a, b) => a - b) }
}

async function createTopic(broker: Broker, name: string): Promise<void> {
  await using connection = await connect(broker)
  const { topics } = await connection.send(CreateTopics, 5, {
    topics: [{ name, numPartitions: 1, replicationFactor: 3, assignments: [], configs: [] }],
    timeoutMs: 5000,
    validateOnly: false,
  })
  assert.equal(topics[0]?.errorCode, 0)
}

function brokerOf(cluster: Cluster, id: number): Broker {
  const broker = cluster.brokers.find(({ brokerId }) => brokerId === id)
  if (broker === undefined) throw new Error(`There is no broker ${id}.`)
  return broker
}

async function readAll(broker: Broker, topic: string): Promise<string[]> {
  await using connection = await connect(broker)
  const answer = await fetchFrom(connection, topic, 0)
  assert.equal(answer.errorCode, 0)
  const values: string[] = []
  const walk = new BatchWalk(answer.records ?? Buffer.alloc(0))
  while (walk.next()) {
    for (const { value } of readRecords(walk.batch).records) values.push(value?.toString() ?? '')
  }
  return values
}

async function produceTo(broker: Broker, topic: string, value: string): Promise<number> {
  await using connection = await connect(broker)
  const { errorCode } = await produce(connection, topic, batchOf(value))
  return errorCode
}

test('what all in-sync replicas have survives the broker that led', async () => {
  await using cluster = await startCluster({ brokers: 3, settings })
  const [first] = cluster.brokers
  assert.ok(first)
  await createTopic(first, 'orders')
  const { leaderId, isr } = await leaderOf(first, 'orders')
  assert.deepEqual(isr, [1, 2, 3])
  for (const value of ['a', 'b', 'c']) {
    assert.equal(await produceTo(brokerOf(cluster, leaderId), 'orders', value), 0)
  }
  await brokerOf(cluster, leaderId).close()
  const survivor = brokerOf(cluster, leaderId === 1 ? 2 : 1)
  await until(async () => (await leaderOf(survivor, 'orders')).leaderId !== leaderId)
  const after = await leaderOf(survivor, 'orders')
  assert.ok(after.leaderEpoch > 0)
  const successor = brokerOf(cluster, after.leaderId)
  assert.equal(await produceTo(successor, 'orders', 'd'), 0)
  assert.deepEqual(await readAll(successor, 'orders'), ['a', 'b', 'c', 'd'])
})

test('who is no replica cannot ask as one, and consumers that know of leaders only read there', async () => {
  await using cluster = await startCluster({ brokers: 3, settings })
  const [first] = cluster.brokers
  assert.ok(first)
  await createTopic(first, 'orders')
  const { leaderId } = await leaderOf(first, 'orders')
  const leader = brokerOf(cluster, leaderId)
  await using connection = await connect(leader)
  assert.equal((await produce(connection, 'orders', batchOf('a'))).errorCode, 0)
  const asFollower = await connection.send(Fetch, 15, {
    replicaState: { replicaId: 9, replicaEpoch: 1 },
    maxWaitMs: 0,
    minBytes: 0,
    topics: [],
    forgottenTopicsData: [],
  })
  assert.equal(asFollower.errorCode, 0)
  const other = brokerOf(cluster, leaderId === 1 ? 2 : 1)
  await using second = await connect(other)
  assert.equal((await fetchFrom(second, 'orders', 0, { version: 10 })).errorCode, 6)
})
