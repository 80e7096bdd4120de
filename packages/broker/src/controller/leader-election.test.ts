// Who leads a partition when brokers come and go: what replication will rely on.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PartitionState } from '../metadata/topic-nodes.ts'
import {
  electLeader,
  type ElectionRules,
  electLongest,
  electPreferred,
  endLeadership,
  isToBeCompared,
} from './leader-election.ts'

function state(more: Partial<PartitionState>): PartitionState {
  return {
    replicas: [1, 2, 3],
    leader: 1,
    leaderEpoch: 5,
    isr: [1, 2, 3],
    elr: [],
    lastKnownElr: [],
    adding: [],
    removing: [],
    partitionEpoch: 9,
    recovering: false,
    ...more,
  }
}

function live(...ids: number[]): ElectionRules {
  return { isLive: (id) => ids.includes(id), isUncleanAllowed: () => false }
}

test('a live leader stays', () => {
  const before = state({ leader: 2 })
  assert.equal(electLeader(before, live(1, 2, 3)), before)
})

test('the first assigned replica that is live and in sync takes over, under a new epoch', () => {
  const after = electLeader(state({ isr: [1, 3] }), live(2, 3))
  assert.deepEqual(
    [after.leader, after.leaderEpoch, after.partitionEpoch, after.isr],
    [3, 6, 10, [1, 3]],
  )
})

test('then one that was in sync when too few were (KIP-966)', () => {
  const after = electLeader(state({ isr: [1], elr: [3] }), live(2, 3))
  assert.deepEqual([after.leader, after.isr, after.elr, after.recovering], [3, [3], [], false])
})

test('nobody leads rather than somebody who may lack records, and the in-sync set is kept', () => {
  const after = electLeader(state({ isr: [1] }), live(2, 3))
  assert.deepEqual([after.leader, after.leaderEpoch, after.isr], [-1, 6, [1]])
  assert.equal(electLeader(after, live(2, 3)), after)
  const back = electLeader(after, live(1, 2, 3))
  assert.deepEqual([back.leader, back.leaderEpoch], [1, 7])
})

test('unless losing records is allowed', () => {
  const after = electLeader(state({ isr: [1] }), { ...live(2, 3), isUncleanAllowed: () => true })
  assert.deepEqual([after.leader, after.isr, after.recovering], [2, [2], true])
})

test('the preferred replica gets its leadership back only when it is live and in sync', () => {
  const moved = state({ leader: 2 })
  assert.equal(electPreferred(moved, live(1, 2)).leader, 1)
  assert.equal(electPreferred(moved, live(2, 3)), moved)
  const lagging = state({ leader: 2, isr: [2, 3] })
  assert.equal(electPreferred(lagging, live(1, 2, 3)), lagging)
})

// Two histories in one epoch could not be told apart by followers or consumers.
test('a broker that comes back never goes on in the epoch of its earlier life', () => {
  const alone = state({ replicas: [1], isr: [1] })
  const after = endLeadership(alone, 1, live(1))
  assert.deepEqual([after.leader, after.leaderEpoch], [1, 6])
})

test('when all lost power their logs are compared, as soon as every one of them is back', () => {
  const lost = state({ leader: -1, isr: [], lastKnownElr: [3, 1, 2] })
  assert.equal(electLeader(lost, live(1, 2, 3)), lost)
  assert.equal(isToBeCompared(lost, live(1, 3).isLive), false)
  assert.equal(isToBeCompared(lost, live(1, 2, 3).isLive), true)
  // Whoever is in sync, or eligible, has everything: nothing is compared.
  assert.equal(isToBeCompared({ ...lost, isr: [2] }, live(1, 2, 3).isLive), false)
  assert.equal(isToBeCompared({ ...lost, elr: [2] }, live(1, 2, 3).isLive), false)
  const ends = new Map([
    [1, { epoch: 4, endOffset: 90 }],
    [2, { epoch: 5, endOffset: 70 }],
    [3, { epoch: 5, endOffset: 80 }],
  ])
  const after = electLongest(lost, ends)
  assert.deepEqual([after.leader, after.leaderEpoch, after.isr], [3, 6, [3]])
  // Until enough are in sync, it may lose power once more.
  assert.deepEqual([after.lastKnownElr, after.recovering], [[1, 2], false])
})

test('an unclean election prefers who was in sync before power failed', () => {
  const lost = state({ leader: -1, isr: [], lastKnownElr: [3] })
  const rules = { ...live(1, 3), isUncleanAllowed: () => true }
  const after = electLeader(lost, rules)
  assert.deepEqual([after.leader, after.lastKnownElr, after.recovering], [3, [], true])
})
