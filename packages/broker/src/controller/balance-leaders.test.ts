// Brokers that were away get their leaderships back by themselves, once they lack more than is tolerated.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveBrokerSettings } from '@samsa/settings'
import type { PartitionState } from '../metadata/topic-nodes.ts'
import { balanceLeaders } from './balance-leaders.ts'
import { MetadataDraft } from './metadata-draft.ts'
import { MemoryCluster } from './testing/memory-cluster.ts'
import { partitionState } from './testing/partition-state.ts'

const { settings } = resolveBrokerSettings({ presets: {} })

/** Leaders after balancing partitions in these states, on brokers 1 and 2. */
async function balanced(states: readonly PartitionState[]): Promise<number[]> {
  await using cluster = await MemoryCluster.open()
  const { controller, metadata } = await cluster.start(1)
  await cluster.start(2)
  await controller.createTopic({
    name: 'orders',
    partitionCount: states.length,
    replicationFactor: 1,
    configs: new Map(),
  })
  await metadata.caughtUp()
  const draft = new MetadataDraft(metadata, 0)
  const topic = draft.topic('orders')
  assert.ok(topic !== undefined)
  draft.change({ ...topic, partitions: states })
  balanceLeaders(draft, settings, 10)
  return draft.topic('orders')?.partitions.map(({ leader }) => leader) ?? []
}

const away = partitionState({ replicas: [1, 2], leader: 2 })
const home = partitionState({ replicas: [1, 2], leader: 1 })

test('leadership goes back to the preferred replicas', async () => {
  assert.deepEqual(await balanced([away, away, home]), [1, 1, 1])
})

test('a share that is tolerated stays where it is', async () => {
  assert.deepEqual(await balanced([away, ...Array<PartitionState>(9).fill(home)]), [
    2,
    ...Array<number>(9).fill(1),
  ])
})

test('who is not in sync, or moving, or away does not get it', async () => {
  const behind = { ...away, isr: [2] }
  const moving = { ...away, replicas: [1, 2, 3], adding: [3] }
  const gone = partitionState({ replicas: [3, 2], leader: 2 })
  assert.deepEqual(await balanced([behind, moving, gone]), [2, 2, 2])
})
