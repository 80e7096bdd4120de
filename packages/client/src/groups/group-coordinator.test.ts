// A coordinator that dies is no reason to give up: another broker takes over. What a member does about an error depends on
// whether it passes.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaError } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import { simulate } from '@samsa/world/simulated'
import { parseAddresses } from '../cluster/address.ts'
import { Cluster } from '../cluster/cluster.ts'
import { readClusterOptions } from '../cluster/cluster-settings.ts'
import { GroupCoordinator } from './group-coordinator.ts'

for (const kind of ['closed', 'reset', 'unreachable'] as const) {
  test(`what ends with a connection that is ${kind} is tried again`, async () => {
    await simulate(1, async (simulation) => {
      const { world } = simulation.node('member')
      const cluster = new Cluster(world, parseAddresses(['b1:9092']), readClusterOptions({}))
      const patience = { deadlineMs: world.clock.monotonic() + 10_000 }
      let attempts = 0
      const answer = await new GroupCoordinator(cluster, 'g').persist(patience, async () => {
        attempts++
        if (attempts < 3) throw new WorldError(kind, 'b1:9092', 'b1:9092 closed the connection.')
        return 'answer'
      })
      assert.equal(answer, 'answer')
      assert.equal(attempts, 3)
      await cluster.close()
    })
  })
}

test('only errors that pass are tried again', async () => {
  await simulate(1, async (simulation) => {
    const { world } = simulation.node('member')
    const cluster = new Cluster(world, parseAddresses(['b1:9092']), readClusterOptions({}))
    const coordinator = new GroupCoordinator(cluster, 'g')
    assert.equal(coordinator.passes(new KafkaError('NOT_COORDINATOR')), true)
    assert.equal(coordinator.passes(new KafkaError('GROUP_AUTHORIZATION_FAILED')), false)
    assert.equal(coordinator.passes(new Error('a bug')), false)
    await cluster.close()
  })
})
