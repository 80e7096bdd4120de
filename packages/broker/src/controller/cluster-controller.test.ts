// What a broker relies on when it changes metadata: the answer comes when its own view has the change, whichever broker
// is the controller.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaError } from '@samsa/protocol'
import { memoryDisk } from '@samsa/world/simulated'
import type { TopicSpec } from './controller.ts'
import { MemoryCluster } from './testing/memory-cluster.ts'

function topic(name: string, more: Partial<TopicSpec> = {}): TopicSpec {
  return { name, partitionCount: 1, replicationFactor: 1, configs: new Map(), ...more }
}

async function errorOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    assert.ok(error instanceof KafkaError, String(error))
    return error.name
  }
  return 'NONE'
}

test('a created topic is led, and in the view, when the answer comes', async () => {
  await using cluster = await MemoryCluster.open()
  const { controller, metadata } = await cluster.start(1)
  const configs = new Map([['retention.ms', '1000']])
  const created = await controller.createTopic(topic('orders', { partitionCount: 300, configs }))
  assert.equal(created.partitionCount, 300)
  const image = metadata.topic('orders')
  assert.equal(image?.topicId, created.topicId)
  assert.equal(image?.partitions.length, 300)
  assert.deepEqual(image?.partitions[299], {
    partition: 299,
    leader: 1,
    leaderEpoch: 0,
    partitionEpoch: 0,
    replicas: [1],
    isr: [1],
    elr: [],
    lastKnownElr: [],
    adding: [],
    removing: [],
    recovering: false,
  })
  assert.equal(metadata.topicConfigs('orders').get('retention.ms'), '1000')
  assert.equal(metadata.topicById(created.topicId), image)
})

test('a topic is created once, however many ask at once', async () => {
  await using cluster = await MemoryCluster.open()
  const one = await cluster.start(1)
  const two = await cluster.start(2)
  const answers = await Promise.all(
    [one, two, one, two].map((member) => errorOf(member.controller.createTopic(topic('orders')))),
  )
  assert.deepEqual(answers.sort(), ['NONE', ...Array(3).fill('TOPIC_ALREADY_EXISTS')])
})

test('a deleted topic leaves a tombstone, and its name is free', async () => {
  await using cluster = await MemoryCluster.open()
  const { controller, metadata } = await cluster.start(1)
  const { topicId } = await controller.createTopic(topic('orders'))
  await controller.deleteTopic(topicId)
  assert.equal(metadata.topic('orders'), undefined)
  assert.equal(metadata.isDeleted(topicId), true)
  assert.equal(await errorOf(controller.deleteTopic(topicId)), 'UNKNOWN_TOPIC_ID')
  const again = await controller.createTopic(topic('orders'))
  assert.notEqual(again.topicId, topicId)
  assert.equal(metadata.topic('orders')?.topicId, again.topicId)
})

test('partitions spread over the brokers', async () => {
  await using cluster = await MemoryCluster.open()
  const first = await cluster.start(1)
  await cluster.start(2)
  const third = await cluster.start(3)
  await third.controller.createTopic(topic('orders', { partitionCount: 9 }))
  await first.metadata.caughtUp()
  const leaders = first.metadata.topic('orders')?.partitions.map(({ leader }) => leader)
  assert.deepEqual(leaders?.sort(), [1, 1, 1, 2, 2, 2, 3, 3, 3])
})

test('when the controller goes, another broker takes over and carries on', async () => {
  await using cluster = await MemoryCluster.open()
  const first = await cluster.start(1)
  const second = await cluster.start(2)
  assert.equal(second.metadata.controllerId, 1)
  await cluster.stop(first)
  await second.controller.createTopic(topic('orders'))
  assert.equal(second.metadata.controllerId, 2)
  assert.equal(second.metadata.topic('orders')?.partitions[0]?.leader, 2)
})

test('a broker that comes back leads under a new epoch', async () => {
  const disk = memoryDisk()
  {
    await using cluster = await MemoryCluster.open(disk)
    const { controller, metadata } = await cluster.start(1)
    await controller.createTopic(topic('orders'))
    assert.equal(metadata.topic('orders')?.partitions[0]?.leaderEpoch, 0)
  }
  await using cluster = await MemoryCluster.open(disk)
  const { metadata } = await cluster.start(1)
  const state = metadata.topic('orders')?.partitions[0]
  assert.equal(state?.leader, 1)
  assert.equal(state?.leaderEpoch, 1)
})

test('however many topics it led, each is led under exactly one new epoch', async () => {
  const disk = memoryDisk()
  {
    await using cluster = await MemoryCluster.open(disk)
    const { controller } = await cluster.start(1)
    await Promise.all(
      Array.from({ length: 700 }, (_, i) => controller.createTopic(topic(`t-${i}`))),
    )
  }
  await using cluster = await MemoryCluster.open(disk)
  const { metadata } = await cluster.start(1)
  const states = [...metadata.topics()].flatMap(({ partitions }) => partitions)
  assert.equal(states.length, 700)
  assert.ok(states.every(({ leader, leaderEpoch }) => leader === 1 && leaderEpoch === 1))
})

test('without its only replica a partition has no leader, and gets it back', async () => {
  await using cluster = await MemoryCluster.open()
  const first = await cluster.start(1)
  const second = await cluster.start(2)
  await first.controller.createTopic(
    topic('orders', {
      partitionCount: -1,
      replicationFactor: -1,
      assignments: new Map([[0, [2]]]),
    }),
  )
  await cluster.stop(second)
  await first.controller.createTopic(topic('another'))
  const without = first.metadata.topic('orders')?.partitions[0]
  assert.deepEqual([without?.leader, without?.isr], [-1, [2]])
  await cluster.start(2)
  await first.controller.createTopic(topic('a-third'))
  const again = first.metadata.topic('orders')?.partitions[0]
  assert.deepEqual([again?.leader, again?.leaderEpoch], [2, 2])
})

test('blocks of producer ids never overlap', async () => {
  await using cluster = await MemoryCluster.open()
  const members = [await cluster.start(1), await cluster.start(2)]
  const asked = Array.from({ length: 10 }, () => members).flat()
  const blocks = await Promise.all(asked.map(({ controller }) => controller.allocateProducerIds()))
  const firsts = blocks.map(({ first }) => first).sort((a, b) => a - b)
  assert.deepEqual(
    firsts,
    Array.from({ length: 20 }, (_, i) => i * 1000),
  )
})

test('a second broker with the same id is turned away', async () => {
  await using cluster = await MemoryCluster.open()
  await cluster.start(1)
  await assert.rejects(cluster.start(1), { name: 'WorldError', kind: 'already-exists' })
})
