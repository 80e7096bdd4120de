// A move as operators see it: begun, carried on by whoever is controller, ended when everybody has caught up, or given up.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beginReassignment, cancelReassignment, completeReassignment } from './reassignment.ts'
import { partitionState } from './testing/partition-state.ts'

const rules = { isLive: () => true, isUncleanAllowed: () => false }

test('a move keeps the old replicas until the new ones are in sync', () => {
  const before = partitionState({ replicas: [1, 2] })
  const moving = beginReassignment(before, [3, 4], rules)
  assert.deepEqual(moving.replicas, [3, 4, 1, 2])
  assert.deepEqual(
    [moving.adding, moving.removing],
    [
      [3, 4],
      [1, 2],
    ],
  )
  assert.deepEqual([moving.leader, moving.leaderEpoch, moving.isr], [1, 3, [1, 2]])
  const half = { ...moving, isr: [1, 2, 3] }
  assert.equal(completeReassignment(half, rules), half)
  const done = completeReassignment({ ...moving, isr: [1, 2, 3, 4] }, rules)
  assert.deepEqual(
    [done.replicas, done.isr],
    [
      [3, 4],
      [3, 4],
    ],
  )
  assert.deepEqual([done.adding, done.removing], [[], []])
  assert.deepEqual([done.leader, done.leaderEpoch], [3, 4])
})

test('a leader that stays goes on under the same epoch', () => {
  const moving = beginReassignment(partitionState({ replicas: [1, 2] }), [1, 3], rules)
  const done = completeReassignment({ ...moving, isr: [1, 2, 3] }, rules)
  assert.deepEqual([done.replicas, done.leader, done.leaderEpoch], [[1, 3], 1, 3])
})

test('another order, or fewer replicas, needs nobody to catch up', () => {
  const before = partitionState({ replicas: [1, 2, 3] })
  const reordered = beginReassignment(before, [3, 1, 2], rules)
  assert.deepEqual([reordered.replicas, reordered.leader], [[3, 1, 2], 1])
  const fewer = beginReassignment(before, [2], rules)
  assert.deepEqual([fewer.replicas, fewer.isr, fewer.removing], [[2], [2], []])
  assert.deepEqual([fewer.leader, fewer.leaderEpoch], [2, 4])
})

test('a move that was given up leaves what was there', () => {
  const before = partitionState({ replicas: [1, 2] })
  const moving = { ...beginReassignment(before, [3, 4], rules), isr: [1, 2, 3] }
  const cancelled = cancelReassignment(moving, rules)
  assert.deepEqual([cancelled?.replicas, cancelled?.isr, cancelled?.leader], [[1, 2], [1, 2], 1])
  assert.deepEqual([cancelled?.adding, cancelled?.removing], [[], []])
})

test('a move cannot be given up when only new replicas are in sync', () => {
  const moving = beginReassignment(partitionState({ replicas: [1, 2] }), [3, 4], rules)
  assert.equal(cancelReassignment({ ...moving, isr: [3], leader: 3 }, rules), undefined)
})

test('a second move takes the place of the first', () => {
  const first = beginReassignment(partitionState({ replicas: [1, 2] }), [3, 4], rules)
  const second = beginReassignment({ ...first, isr: [1, 2, 3], leader: 3 }, [1, 5], rules)
  assert.deepEqual(second.replicas, [1, 5, 2])
  assert.deepEqual([second.adding, second.removing], [[5], [2]])
  assert.deepEqual([second.isr, second.leader], [[1, 2], 1])
})
