// Which replicas may lead after power failures and empty disks: none that may lack a committed record while another has it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lossOf, withoutLostReplica } from './lost-replica.ts'
import { partitionState } from './testing/partition-state.ts'

test('a stop in order loses nothing, whatever happened to the machine', () => {
  const life = { lastShutdown: 'clean', bootId: 'b' } as const
  assert.equal(lossOf(life, { bootId: 'a' }), 'nothing')
})

test('a killed process loses nothing while the machine runs on', () => {
  const life = { lastShutdown: 'unclean', bootId: 'a' } as const
  assert.equal(lossOf(life, { bootId: 'a' }), 'nothing')
  assert.equal(lossOf(life, { bootId: 'b' }), 'unsynced')
})

test('where the system does not tell the run of the machine, power may have failed', () => {
  assert.equal(lossOf({ lastShutdown: 'unclean', bootId: '' }, { bootId: '' }), 'unsynced')
})

test('an empty disk is a loss only for a broker that was there before', () => {
  const life = { lastShutdown: 'none', bootId: 'a' } as const
  assert.equal(lossOf(life, undefined), 'nothing')
  assert.equal(lossOf(life, { bootId: 'a' }), 'everything')
})

test('who lost records leaves the in-sync set and the eligible ones', () => {
  const inSync = partitionState({ replicas: [1, 2, 3], isr: [1, 2], elr: [3] })
  const next = withoutLostReplica(inSync, 1, 'unsynced')
  assert.deepEqual([next.isr, next.elr], [[2], [3]])
  assert.equal(next.partitionEpoch, inSync.partitionEpoch + 1)
  const eligible = withoutLostReplica(inSync, 3, 'everything')
  assert.deepEqual([eligible.isr, eligible.elr], [[1, 2], []])
})

test('who lost only its end is remembered, also when it is the last one', () => {
  const inSync = partitionState({ replicas: [1, 2, 3], isr: [1, 2, 3] })
  let state = inSync
  for (const id of [2, 1, 3]) state = withoutLostReplica(state, id, 'unsynced')
  assert.deepEqual([state.isr, state.elr, state.lastKnownElr], [[], [], [2, 1, 3]])
  assert.equal(withoutLostReplica(state, 3, 'unsynced'), state)
})

test('an empty disk has nothing to compare', () => {
  const known = partitionState({ replicas: [1, 2], isr: [], lastKnownElr: [1, 2] })
  assert.deepEqual(withoutLostReplica(known, 2, 'everything').lastKnownElr, [1])
})

test('the last one in sync goes if its disk is empty: nobody leads unawares', () => {
  const last = partitionState({ replicas: [1, 2], isr: [1] })
  assert.deepEqual(withoutLostReplica(last, 1, 'everything').isr, [])
})

test('an only replica leads whatever it has', () => {
  const only = partitionState({ replicas: [1], isr: [1] })
  assert.equal(withoutLostReplica(only, 1, 'everything'), only)
})

test('who is not in the set is not touched', () => {
  const state = partitionState({ replicas: [1, 2, 3], isr: [1, 2] })
  assert.equal(withoutLostReplica(state, 3, 'everything'), state)
  assert.equal(withoutLostReplica(state, 1, 'nothing'), state)
})
