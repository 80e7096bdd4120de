// Brokers as a library: what a test, a tool or the command line relies on.

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { KafkaConnection } from '@samsa/network'
import { CreateTopics, Metadata } from '@samsa/protocol'
import { nodeNetwork } from '@samsa/world/node'
import type { Broker } from './running-broker.ts'
import { startBroker, startCluster } from './start-broker.ts'
import { batchOf, fetchFrom, produce } from './testing/test-broker.ts'

function connectTo({ host, port }: Broker): Promise<KafkaConnection> {
  return KafkaConnection.open(nodeNetwork, { host, port })
}

async function createTopic(
  client: KafkaConnection,
  name: string,
  numPartitions = 1,
  replicationFactor = 1,
): Promise<number> {
  const topics = [{ name, numPartitions, replicationFactor, assignments: [], configs: [] }]
  const answer = await client.send(CreateTopics, 5, { topics, timeoutMs: 5000 })
  return answer.topics[0]?.errorCode ?? -99
}

test('A broker in memory serves at once and leaves nothing behind.', async () => {
  await using broker = await startBroker()
  await using client = await connectTo(broker)
  assert.equal(await createTopic(client, 't'), 0)
  assert.equal((await produce(client, 't', batchOf('a'))).errorCode, 0)
  assert.equal((await fetchFrom(client, 't', 0)).highWatermark, 1)
  assert.equal(broker.bootstrapServers, `127.0.0.1:${broker.port}`)
  assert.equal(broker.clusterId.length, 22)
})

test('What is in a directory is there again, under the same cluster id.', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'samsa-test-'))
  try {
    let clusterId: string
    {
      await using broker = await startBroker({ directory })
      clusterId = broker.clusterId
      await using client = await connectTo(broker)
      assert.equal(await createTopic(client, 't', 2), 0)
      await produce(client, 't', batchOf('a', 'b'), { partition: 1 })
    }
    await using broker = await startBroker({ directory })
    await using client = await connectTo(broker)
    assert.equal(broker.clusterId, clusterId)
    const fetched = await fetchFrom(client, 't', 0, { partition: 1 })
    assert.equal(fetched.highWatermark, 2)
    assert.equal((await produce(client, 't', batchOf('c'), { partition: 1 })).baseOffset, 2)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('A directory in use is refused, and the broker that has it goes on.', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'samsa-test-'))
  try {
    await using broker = await startBroker({ directory })
    await assert.rejects(startBroker({ directory }), { name: 'WorldError' })
    await using client = await connectTo(broker)
    assert.equal(await createTopic(client, 't'), 0)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('Bad settings are all told at once, and nothing is created.', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'samsa-test-'))
  try {
    const settings = { 'num.partitions': 0, 'log.segment.bites': 1, 'log.retention.ms': 'long' }
    await assert.rejects(startBroker({ directory, settings }), (error: Error) => {
      assert.equal(error.name, 'SettingsError')
      for (const key of Object.keys(settings)) assert.ok(error.message.includes(key), key)
      return true
    })
    const listeners = 'SASL_PLAINTEXT://127.0.0.1:0'
    await assert.rejects(startBroker({ directory, settings: { listeners } }), /does not speak/)
    assert.deepEqual(readdirSync(directory), [])
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('A port in use is an error, and everything opened is closed again.', async () => {
  await using broker = await startBroker()
  await assert.rejects(startBroker({ port: broker.port }), { kind: 'address-in-use' })
})

test('Three brokers share metadata and spread partitions over themselves.', async () => {
  await using cluster = await startCluster({ brokers: 3 })
  const [first] = cluster.brokers
  assert.ok(first !== undefined)
  await using client = await connectTo(first)
  assert.equal(await createTopic(client, 't', 6), 0)
  assert.equal(await createTopic(client, 'wide', 1, 4), 38)
  const metadata = await client.send(Metadata, 9, { topics: [{ name: 't' }] })
  assert.deepEqual(
    metadata.brokers.map((broker) => broker.port).toSorted((a, b) => a - b),
    cluster.brokers.map((broker) => broker.port).toSorted((a, b) => a - b),
  )
  const partitions = metadata.topics[0]?.partitions ?? []
  assert.deepEqual(new Set(partitions.map((partition) => partition.leaderId)), new Set([1, 2, 3]))
  for (const { partitionIndex, leaderId } of partitions) {
    const leader = cluster.brokers.find((broker) => broker.brokerId === leaderId)
    const other = cluster.brokers.find((broker) => broker.brokerId !== leaderId)
    assert.ok(leader !== undefined && other !== undefined)
    await using right = await connectTo(leader)
    await using wrong = await connectTo(other)
    const options = { partition: partitionIndex }
    assert.equal((await produce(right, 't', batchOf('a'), options)).errorCode, 0)
    assert.equal((await produce(wrong, 't', batchOf('a'), options)).errorCode, 6)
  }
})

test('A broker of a cluster is restarted on its port, with its data.', async () => {
  await using cluster = await startCluster({ brokers: 3, memory: true })
  const ports = cluster.brokers.map((broker) => broker.port)
  const [first] = cluster.brokers
  assert.ok(first !== undefined)
  {
    await using client = await connectTo(first)
    assert.equal(await createTopic(client, 't', 1, 3), 0)
  }
  for (const brokerId of [1, 2, 3]) {
    const again = await cluster.restart(brokerId)
    assert.equal(cluster.brokers[brokerId - 1], again)
  }
  assert.deepEqual(
    cluster.brokers.map((broker) => broker.port),
    ports,
  )
  const [there] = cluster.brokers
  assert.ok(there !== undefined)
  await using client = await connectTo(there)
  const { topics } = await client.send(Metadata, 9, { topics: [{ name: 't' }] })
  assert.equal(topics[0]?.errorCode, 0)
  await assert.rejects(cluster.restart(9), RangeError)
})

test('A stopped broker has answered what it was asked; closing twice is fine.', async () => {
  const broker = await startBroker()
  const client = await connectTo(broker)
  await createTopic(client, 't')
  const produced = Array.from({ length: 50 }, () => produce(client, 't', batchOf('a')))
  await produced[0]
  await Promise.all([broker.close(), broker.close()])
  const codes = await Promise.allSettled(produced)
  const answered = codes.filter((one) => one.status === 'fulfilled' && one.value.errorCode === 0)
  assert.ok(answered.length >= 1)
  await client.closed
  await assert.rejects(connectTo(broker))
})

test('A waiting consumer does not hold up the stop.', async () => {
  const broker = await startBroker()
  await using client = await connectTo(broker)
  await createTopic(client, 't')
  const waiting = fetchFrom(client, 't', 0, { maxWaitMs: 60_000, minBytes: 1 })
  await new Promise((resolve) => setTimeout(resolve, 50))
  await broker.close()
  assert.equal((await waiting).errorCode, 0)
})

test('Metrics are served as text on an address of their own.', async () => {
  await using broker = await startBroker({ settings: { 'metrics.listener': '127.0.0.1:0' } })
  await using client = await connectTo(broker)
  await createTopic(client, 't')
  await produce(client, 't', batchOf('a', 'b'))
  const text = await (await fetch(`http://${broker.metricsAddress}/metrics`)).text()
  assert.match(text, /kafka_server_brokertopicmetrics_messagesin_total 2\b/)
  assert.match(text, /kafka_network_requestmetrics_totaltimems.*request="Produce"/)
  const missing = await fetch(`http://${broker.metricsAddress}/elsewhere`)
  assert.equal(missing.status, 404)
})

test('Starting and stopping again and again leaks neither memory nor handles.', async () => {
  const once = async (): Promise<void> => {
    await using broker = await startBroker()
    await using client = await connectTo(broker)
    await createTopic(client, 't')
    await produce(client, 't', batchOf('a'))
  }
  for (let i = 0; i < 5; i++) await once()
  const handles = process.getActiveResourcesInfo().length
  const startedAt = performance.now()
  for (let i = 0; i < 20; i++) await once()
  const perStartMs = (performance.now() - startedAt) / 20
  assert.ok(process.getActiveResourcesInfo().length <= handles + 2)
  assert.ok(perStartMs < 500, `${perStartMs} ms for a start, a story and a stop`)
})
