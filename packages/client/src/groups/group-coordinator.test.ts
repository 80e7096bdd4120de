// What a member does about an error depends on whether it passes.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaError } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import type { Cluster } from '../cluster/cluster.ts'
import { GroupCoordinator } from './group-coordinator.ts'

test('a broker that closes its connection in order is no reason to give the group up', () => {
  const coordinator = new GroupCoordinator({} as Cluster, 'g')
  for (const kind of ['closed', 'reset', 'unreachable'] as const) {
    assert.equal(coordinator.passes(new WorldError(kind, 'a:1', 'It is gone.')), true, kind)
  }
  assert.equal(coordinator.passes(new KafkaError('NOT_COORDINATOR')), true)
  assert.equal(coordinator.passes(new KafkaError('GROUP_AUTHORIZATION_FAILED')), false)
  assert.equal(coordinator.passes(new Error('a bug')), false)
})
