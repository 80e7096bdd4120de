// Who may change the in-sync set, and what becomes of those who leave it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PartitionState } from '../metadata/topic-nodes.ts'
import type { IsrChange } from './controller.ts'
import { withInSync, withoutAbsent } from './isr-change.ts'
import { MemoryCluster } from './testing/memory-cluster.ts'

const three: PartitionState = {
  replicas: [1, 2, 3],
  leader: 1,
  leaderEpoch: 4,
  isr: [1, 2, 3],
  elr: [],
  lastKnownElr: [],
  adding: [],
  removing: [],
  partitionEpoch: 7,
  recovering: false,
}

test('who leaves when too few are left stays eligible, until enough are in sync again', () => {
  const two = withInSync(three, [1, 2], 2)
  assert.deepEqual([two.isr, two.elr, two.partitionEpoch], [[1, 2], [], 8])
  const one = withInSync(two, [1], 2)
  assert.deepEqual([one.isr, one.elr], [[1], [2]])
  const back = withInSync(one, [1, 3], 2)
  assert.deepEqual([back.isr, back.elr], [[1, 3], []])
})

test('a single replica needs no second one, whatever min.insync.replicas says', () => {
  const alone = { ...three, replicas: [1], isr: [1], elr: [] }
  assert.deepEqual(withInSync(alone, [1], 2).elr, [])
})

test('who is away is not in sync, but the last ones are kept', () => {
  const isLive = (id: number): boolean => id === 2
  assert.deepEqual(withoutAbsent(three, isLive, 1).isr, [2])
  assert.equal(
    withoutAbsent(three, () => false, 1),
    three,
  )
  assert.equal(
    withoutAbsent(three, () => true, 1),
    three,
  )
})

test('the controller takes the proposal of the leader, of the present state, of brokers that are there', async () => {
  await using cluster = await MemoryCluster.open()
  const [first, second] = [await cluster.start(1), await cluster.start(2)]
  const { topicId } = await first.controller.createTopic({
    name: 'orders',
    partitionCount: -1,
    replicationFactor: -1,
    assignments: new Map([[0, [1, 2]]]),
    configs: new Map(),
  })
  const epochOf = (id: number): number => first.metadata.broker(id)?.epoch ?? -1
  const leader = { brokerId: 1, brokerEpoch: epochOf(1) }
  const present: IsrChange = {
    topicId,
    partition: 0,
    leaderEpoch: 0,
    partitionEpoch: 0,
    isr: [leader],
  }
  const ask = async (change: Partial<IsrChange>, asker = leader): Promise<string> => {
    const results = await second.controller.alterPartition(asker, [{ ...present, ...change }])
    return results[0]?.error ?? 'accepted'
  }
  await assert.rejects(ask({}, { brokerId: 1, brokerEpoch: 0 }), { name: 'STALE_BROKER_EPOCH' })
  assert.equal(await ask({}, { brokerId: 2, brokerEpoch: epochOf(2) }), 'INVALID_REQUEST')
  assert.equal(await ask({ leaderEpoch: 1 }), 'NOT_CONTROLLER')
  assert.equal(await ask({ partitionEpoch: 1 }), 'NOT_CONTROLLER')
  assert.equal(await ask({ isr: [] }), 'INVALID_REQUEST')
  assert.equal(await ask({ isr: [leader, leader] }), 'INVALID_REQUEST')
  assert.equal(await ask({ isr: [leader, { brokerId: 3, brokerEpoch: -1 }] }), 'INVALID_REQUEST')
  assert.equal(await ask({ partition: 1 }), 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.equal(await ask({}), 'accepted')
  assert.deepEqual(second.metadata.topic('orders')?.partitions[0]?.isr, [1])
  assert.equal(await ask({}), 'INVALID_UPDATE_VERSION')
  const earlierLife = { brokerId: 2, brokerEpoch: epochOf(2) - 1 }
  const next = { partitionEpoch: 1 }
  assert.equal(await ask({ ...next, isr: [leader, earlierLife] }), 'INELIGIBLE_REPLICA')
  const member = { brokerId: 2, brokerEpoch: epochOf(2) }
  assert.equal(await ask({ ...next, isr: [leader, member] }), 'accepted')
  assert.deepEqual(first.metadata.topic('orders')?.partitions[0]?.isr, [1, 2])
})
