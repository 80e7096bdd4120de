// A log directory that fails takes its leaderships to other brokers, and nothing that was acknowledged with it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaConnection } from '@samsa/network'
import { CreateTopics, errorName, Metadata } from '@samsa/protocol'
import { nodeWorld } from '@samsa/world/node'
import { SimulatedDisk } from '@samsa/world/simulated'
import { type Cluster, startCluster } from './start-broker.ts'
import { batchOf, fetchFrom, produce } from './testing/test-broker.ts'

async function connect(cluster: Cluster, brokerId: number): Promise<KafkaConnection> {
  const broker = cluster.brokers.find((each) => each.brokerId === brokerId)
  assert.ok(broker)
  return await KafkaConnection.open(nodeWorld().network, broker)
}

/** Resolves to the leader once it is another than `before`, as that broker sees it. */
async function leaderAfter(connection: KafkaConnection, before: number): Promise<number> {
  for (;;) {
    const { topics } = await connection.send(Metadata, 9, { topics: [{ name: 'orders' }] })
    const leader = topics[0]?.partitions[0]?.leaderId ?? -1
    if (leader !== before && leader !== -1) return leader
    await nodeWorld().clock.sleep(5)
  }
}

test('Another in-sync replica leads when the log directory of the leader has failed.', async () => {
  const disk = new SimulatedDisk()
  const world = { ...nodeWorld(), disk }
  const settings = { 'replica.fetch.wait.max.ms': 50, 'replica.lag.time.max.ms': 60_000 }
  await using cluster = await startCluster({ brokers: 2, world, directory: '/state', settings })
  await using first = await connect(cluster, 1)
  const { topics } = await first.send(CreateTopics, 5, {
    topics: [
      { name: 'orders', numPartitions: 1, replicationFactor: 2, assignments: [], configs: [] },
    ],
    timeoutMs: 5000,
  })
  assert.equal(topics[0]?.errorCode, 0)
  const leader = await leaderAfter(first, 0)
  await using toLeader = await connect(cluster, leader)
  assert.equal((await produce(toLeader, 'orders', batchOf('kept'))).errorCode, 0)
  disk.faults.failOnce({ operation: 'write', path: `/broker-${leader}/orders-0` })
  const refused = await produce(toLeader, 'orders', batchOf('refused'))
  assert.equal(errorName(refused.errorCode), 'KAFKA_STORAGE_ERROR')
  const next = await leaderAfter(toLeader, leader)
  await using toNext = await connect(cluster, next)
  assert.equal((await leaderAfter(toNext, leader)) === next, true)
  const answer = await produce(toNext, 'orders', batchOf('again'), { acks: 1 })
  assert.deepEqual([errorName(answer.errorCode), answer.baseOffset], ['NONE', 1])
  assert.equal((await fetchFrom(toNext, 'orders', 0)).errorCode, 0)
})
