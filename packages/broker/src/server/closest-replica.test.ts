// Consumers read from the replica in their own rack (KIP-392): the leader sends them there, the follower serves what it
// knows to be committed, and learns of that at once.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KafkaConnection } from '@samsa/network'
import { ListOffsets } from '@samsa/protocol'
import { startCluster } from './start-broker.ts'
import { batchOf, fetchFrom, produce } from './testing/test-broker.ts'
import { connect, createAssigned } from './testing/test-cluster.ts'

const racks = ['east', 'west', 'north']
const notLeaderOrFollower = 6
const offsetOutOfRange = 1
const unknownLeaderEpoch = 75

const settings = {
  'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
  // Longer than any test waits: what a follower must learn at once does not come by waiting.
  'replica.fetch.wait.max.ms': 20_000,
  'auto.leader.rebalance.enable': false,
}

test('a consumer is sent to the replica in its rack, which serves what is committed', async () => {
  await using cluster = await startCluster({ brokers: 3, racks, settings })
  const [east, west] = cluster.brokers
  assert.ok(east && west)
  await using leader = await connect(east)
  await using follower = await connect(west)
  await createAssigned(leader, 'orders', [{ partitionIndex: 0, brokerIds: [1, 2] }])
  assert.equal((await produce(leader, 'orders', batchOf('a'))).errorCode, 0)

  const sent = await fetchFrom(leader, 'orders', 0, { rackId: 'west', maxWaitMs: 10_000 })
  assert.equal(sent.preferredReadReplica, 2)
  assert.equal(sent.records?.length ?? 0, 0)
  for (const rackId of ['east', 'north', '']) {
    const kept = await fetchFrom(leader, 'orders', 0, { rackId })
    assert.equal(kept.preferredReadReplica, -1, rackId)
    assert.ok((kept.records?.length ?? 0) > 0)
  }

  const wait = { rackId: 'west', maxWaitMs: 10_000, minBytes: 1 }
  const read = await fetchFrom(follower, 'orders', 0, wait)
  assert.equal(read.errorCode, 0)
  assert.equal(read.preferredReadReplica, -1)
  assert.ok((read.records?.length ?? 0) > 0)
  assert.equal(read.highWatermark, 1)

  // Whoever waits at the follower is served as soon as the leader has committed.
  const waiting = fetchFrom(follower, 'orders', 1, wait)
  assert.equal((await produce(leader, 'orders', batchOf('b'))).errorCode, 0)
  const next = await waiting
  assert.ok((next.records?.length ?? 0) > 0)
  assert.equal(next.highWatermark, 2)
})

test('a follower refuses what it cannot answer', async () => {
  await using cluster = await startCluster({ brokers: 3, racks, settings })
  const [east, west, north] = cluster.brokers
  assert.ok(east && west && north)
  await using leader = await connect(east)
  await using follower = await connect(west)
  await using stranger = await connect(north)
  await createAssigned(leader, 'orders', [{ partitionIndex: 0, brokerIds: [1, 2] }])
  assert.equal((await produce(leader, 'orders', batchOf('a'))).errorCode, 0)
  const code = async (
    connection: KafkaConnection,
    options: { version?: number; currentLeaderEpoch?: number },
    offset = 0,
  ): Promise<number> => (await fetchFrom(connection, 'orders', offset, options)).errorCode
  assert.equal(await code(follower, {}), 0)
  // A client that knows of leaders only must not take a follower for one.
  assert.equal(await code(follower, { version: 10 }), notLeaderOrFollower)
  assert.equal(await code(stranger, {}), notLeaderOrFollower)
  assert.equal(await code(follower, { currentLeaderEpoch: 7 }), unknownLeaderEpoch)
  // The leader may have it: that is where the consumer asks next.
  assert.equal(await code(follower, {}, 100), offsetOutOfRange)
  const { topics } = await follower.send(ListOffsets, 5, {
    replicaId: -1,
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, timestamp: -1 }] }],
  })
  assert.equal(topics[0]?.partitions[0]?.errorCode, notLeaderOrFollower)
})

test('a selector that would have to be loaded is refused before anything starts', async () => {
  const selector = { 'replica.selector.class': 'com.example.NearestSelector' }
  await assert.rejects(startCluster({ brokers: 1, settings: selector }), /Java classes/)
})
