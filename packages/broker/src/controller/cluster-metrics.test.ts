// What an operator watches: who is controller, how many brokers are live, what nobody leads, what is under-replicated.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from '@samsa/world'
import { registerClusterMetrics } from './cluster-metrics.ts'
import { MemoryCluster } from './testing/memory-cluster.ts'

test('gauges follow what happens to brokers', async () => {
  await using cluster = await MemoryCluster.open()
  const first = await cluster.start(1)
  const second = await cluster.start(2)
  await first.controller.createTopic({
    name: 'both',
    partitionCount: -1,
    replicationFactor: -1,
    assignments: new Map([[0, [1, 2]]]),
    configs: new Map(),
  })
  await first.controller.createTopic({
    name: 'lone',
    partitionCount: -1,
    replicationFactor: -1,
    assignments: new Map([[0, [2]]]),
    configs: new Map(),
  })
  const metrics = createMetrics()
  const { metadata } = first
  const isController = (): boolean => metadata.controllerId === 1
  registerClusterMetrics(metrics, { brokerId: 1, metadata, isController })
  const read = (): number[] =>
    metrics
      .samples()
      .map(({ instrument }) => (instrument.kind === 'gauge' ? instrument.read() : -1))
  // By name: live brokers, controllers, partitions nobody leads, not led by the preferred one, under-replicated.
  assert.deepEqual(read(), [2, 1, 0, 0, 0])
  await cluster.stop(second)
  const isSettled = (): boolean => metadata.topic('lone')?.partitions[0]?.leader === -1
  while (!isSettled()) await metadata.caughtUp()
  assert.deepEqual(read(), [1, 1, 1, 1, 1])
})
