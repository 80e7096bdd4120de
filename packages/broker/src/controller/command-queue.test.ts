// What clients rely on when things go wrong between the controller and coordination: nothing is half done, nobody who was
// replaced writes, and the controller goes on when it can.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaError } from '@samsa/protocol'
import { SimulatedDisk } from '@samsa/world/simulated'
import { formatControllerEpoch } from '../metadata/cluster-nodes.ts'
import { controllerEpochPath, controllerPath } from '../metadata/paths.ts'
import { MemoryCluster } from './testing/memory-cluster.ts'

const orders = { name: 'orders', partitionCount: 1, replicationFactor: 1, configs: new Map() }

test('a controller that was replaced changes nothing, and its successor carries on', async () => {
  await using cluster = await MemoryCluster.open()
  const { controller, metadata } = await cluster.start(1)
  // Another session takes the office away, as after an expiry that this broker has not noticed.
  const other = cluster.store.connect()
  const epoch = metadata.image.controllerEpoch
  const taken = await other.multi([
    { kind: 'delete', path: controllerPath, version: -1 },
    {
      kind: 'set',
      path: controllerEpochPath,
      data: formatControllerEpoch((epoch?.epoch ?? 0) + 1),
      version: epoch?.version ?? -1,
    },
  ])
  assert.equal(taken.ok, true)
  // Refused under the old epoch; then this broker is elected again and carries the same request out.
  await controller.createTopic(orders)
  assert.equal(metadata.topic('orders')?.partitions[0]?.leader, 1)
  assert.equal(metadata.image.controllerEpoch?.epoch, (epoch?.epoch ?? 0) + 2)
})

test('without a controller requests time out', async () => {
  await using cluster = await MemoryCluster.open()
  const { controller, metadata } = await cluster.start(1)
  const other = cluster.store.connect()
  const data = Buffer.from('{"version":1,"brokerId":99}')
  await other.multi([{ kind: 'set', path: controllerPath, data, version: -1 }])
  await metadata.caughtUp()
  await assert.rejects(controller.createTopic(orders, { timeoutMs: 30 }), {
    name: 'REQUEST_TIMED_OUT',
  })
})

test('a full disk refuses changes, and changes go on when there is room', async () => {
  const disk = new SimulatedDisk()
  await using cluster = await MemoryCluster.open(disk)
  const { controller, metadata } = await cluster.start(1)
  disk.faults.capacityBytes = 0
  await assert.rejects(controller.createTopic(orders), (error) => {
    return error instanceof KafkaError && error.name === 'KAFKA_STORAGE_ERROR'
  })
  await assert.rejects(controller.allocateProducerIds(), { name: 'KAFKA_STORAGE_ERROR' })
  assert.equal(metadata.topic('orders'), undefined)
  disk.faults.capacityBytes = Infinity
  await controller.createTopic(orders)
  assert.equal(metadata.topic('orders')?.partitions.length, 1)
})

test('topics asked for at once are one batch, and a wrong one spoils no other', async () => {
  await using cluster = await MemoryCluster.open()
  const { controller, metadata } = await cluster.start(1)
  const before = metadata.zxid
  const answers = await Promise.allSettled(
    Array.from({ length: 100 }, (_, i) => {
      const replicationFactor = i === 50 ? 2 : 1
      return controller.createTopic({ ...orders, name: `topic-${i}`, replicationFactor })
    }),
  )
  assert.deepEqual(
    answers.flatMap(({ status }, i) => (status === 'rejected' ? [i] : [])),
    [50],
  )
  assert.equal([...metadata.topics()].length, 99)
  assert.ok(metadata.zxid <= before + 2)
})
