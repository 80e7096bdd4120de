// Operators who move replicas throttle them: what is being copied is held back, what is in sync is not. And followers may
// copy over several connections.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KafkaConnection } from '@samsa/network'
import { AlterPartitionReassignments, IncrementalAlterConfigs, Metadata } from '@samsa/protocol'
import { nodeWorld } from '@samsa/world/node'
import { startCluster } from './start-broker.ts'
import { batchOf, produce } from './testing/test-broker.ts'
import { connect, createAssigned, until } from './testing/test-cluster.ts'

const settings = {
  'replica.fetch.wait.max.ms': 50,
  'min.insync.replicas': 2,
  'auto.leader.rebalance.enable': false,
}
const topicResource = 2
const brokerResource = 4
const set = 0
const remove = 1

async function createTopic(
  connection: KafkaConnection,
  replicas: readonly (readonly number[])[],
): Promise<void> {
  const assignments = replicas.map((ids, i) => ({ partitionIndex: i, brokerIds: [...ids] }))
  await createAssigned(connection, 'orders', assignments)
}

async function configure(
  connection: KafkaConnection,
  [resourceType, resourceName]: readonly [number, string],
  [name, value]: readonly [string, string | null],
): Promise<void> {
  const configs = [{ name, configOperation: value === null ? remove : set, value }]
  const { responses } = await connection.send(IncrementalAlterConfigs, 1, {
    resources: [{ resourceType, resourceName, configs }],
    validateOnly: false,
  })
  assert.equal(responses[0]?.errorCode, 0, responses[0]?.errorMessage ?? '')
}

async function inSync(connection: KafkaConnection): Promise<number[]> {
  const { topics } = await connection.send(Metadata, 9, { topics: [{ name: 'orders' }] })
  return [...(topics[0]?.partitions[0]?.isrNodes ?? [])].sort((a, b) => a - b)
}

for (const side of ['leader', 'follower']) {
  test(`a replica that moves is held back by the throttle of its ${side}, one in sync is not`, async () => {
    await using cluster = await startCluster({ brokers: 3, settings })
    const [first] = cluster.brokers
    assert.ok(first)
    await using connection = await connect(first)
    await createTopic(connection, [[1, 2]])
    const throttled = `${side}.replication.throttled.replicas`
    await configure(connection, [topicResource, 'orders'], [throttled, '*'])
    await configure(connection, [brokerResource, ''], [`${side}.replication.throttled.rate`, '0'])
    // Nothing may be sent, and yet the replica that is in sync gets everything.
    assert.equal((await produce(connection, 'orders', batchOf('a'))).errorCode, 0)
    const moved = await connection.send(AlterPartitionReassignments, 0, {
      timeoutMs: 5000,
      topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, replicas: [1, 2, 3] }] }],
    })
    assert.equal(moved.responses[0]?.partitions[0]?.errorCode, 0)
    for (let i = 0; i < 20; i++) {
      assert.equal((await produce(connection, 'orders', batchOf(`${i}`))).errorCode, 0)
      assert.deepEqual(await inSync(connection), [1, 2])
      await nodeWorld().clock.sleep(10)
    }
    await configure(connection, [brokerResource, ''], [`${side}.replication.throttled.rate`, null])
    await until(async () => (await inSync(connection)).length === 3)
  })
}

test('partitions are copied over several connections, whose number may change meanwhile', async () => {
  await using cluster = await startCluster({
    brokers: 2,
    settings: { ...settings, 'num.replica.fetchers': 3 },
  })
  const [first] = cluster.brokers
  assert.ok(first)
  await using connection = await connect(first)
  await createTopic(
    connection,
    Array.from({ length: 12 }, () => [1, 2]),
  )
  const writeAll = async (): Promise<void> => {
    for (let partition = 0; partition < 12; partition++) {
      const { errorCode } = await produce(connection, 'orders', batchOf('a'), { partition })
      assert.equal(errorCode, 0)
    }
  }
  await writeAll()
  for (const fetchers of ['5', '1']) {
    await configure(connection, [brokerResource, ''], ['num.replica.fetchers', fetchers])
    await writeAll()
  }
})
