// What a leader makes of its followers: what is committed, and who is in sync.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PartitionImage } from '../metadata/metadata-view.ts'
import { Leadership } from './leadership.ts'

const lagMaxMs = 1000

const image: PartitionImage = {
  partition: 0,
  leader: 1,
  leaderEpoch: 3,
  partitionEpoch: 5,
  replicas: [1, 2, 3],
  isr: [1, 2, 3],
  elr: [],
  adding: [],
  removing: [],
}

interface Stage {
  readonly leadership: Leadership
  /** Brokers that may be in sync, with the epochs of their registrations. */
  readonly registered: Map<number, number>
  readonly fetch: (
    id: number,
    fetchOffset: number,
    leaderEndOffset: number,
    nowMs: number,
  ) => boolean
}

function lead(changes: Partial<PartitionImage> = {}, minInSyncReplicas = 2): Stage {
  const registered = new Map([
    [1, 11],
    [2, 12],
    [3, 13],
  ])
  const leadership = new Leadership(
    {
      brokerId: 1,
      minInSyncReplicas: () => minInSyncReplicas,
      lagMaxMs: () => lagMaxMs,
      eligibleEpoch: (id) => registered.get(id),
    },
    { ...image, ...changes },
    { topicId: 'topic', startOffset: 10, nowMs: 0 },
  )
  return {
    leadership,
    registered,
    fetch: (id, fetchOffset, leaderEndOffset, nowMs) =>
      leadership.fetched(id, {
        fetchOffset,
        logStartOffset: 0,
        brokerEpoch: 10 + id,
        leaderEndOffset,
        nowMs,
      }),
  }
}

const at = (logEndOffset: number, highWatermark: number) => ({ logEndOffset, highWatermark })

test('what every member of the in-sync set has is committed, and nothing before all were heard', () => {
  const { leadership, fetch } = lead()
  assert.equal(leadership.highWatermark(at(20, 8), 0), 8)
  fetch(2, 20, 20, 1)
  assert.equal(leadership.highWatermark(at(20, 8), 1), 8)
  fetch(3, 15, 20, 1)
  assert.equal(leadership.highWatermark(at(20, 8), 1), 15)
})

test('a member that falls behind counts until the controller has taken it out', () => {
  const { leadership, fetch } = lead()
  fetch(2, 20, 20, 1)
  fetch(3, 12, 20, 1)
  fetch(2, 30, 30, 1500)
  const change = leadership.propose(at(30, 12), 1500)
  assert.deepEqual(
    change?.isr.map(({ brokerId, brokerEpoch }) => [brokerId, brokerEpoch]),
    [
      [1, 11],
      [2, 12],
    ],
  )
  assert.equal(leadership.highWatermark(at(30, 12), 1500), 12)
  // One change at a time.
  assert.equal(leadership.propose(at(30, 12), 1600), undefined)
  leadership.update({ ...image, isr: [1, 2], partitionEpoch: 6 })
  assert.equal(leadership.highWatermark(at(30, 12), 1600), 30)
})

test('a follower is asked in when it has all that is committed and all from before this leader', () => {
  const { leadership, fetch } = lead({ isr: [1, 2] })
  fetch(2, 12, 12, 1)
  fetch(3, 9, 12, 1)
  assert.equal(leadership.propose(at(12, 9), 1, 3), undefined)
  fetch(3, 10, 12, 2)
  assert.deepEqual(
    leadership.propose(at(12, 10), 2, 3)?.isr.map(({ brokerId }) => brokerId),
    [1, 2, 3],
  )
  // It counts from the proposal on, whatever comes of it.
  assert.equal(leadership.highWatermark(at(12, 10), 5000), 10)
})

test('only who fetches is asked in, and only as the broker that is registered', () => {
  const { leadership, fetch, registered } = lead({ isr: [1, 2] })
  fetch(2, 12, 12, 1)
  fetch(3, 12, 12, 1)
  assert.equal(leadership.propose(at(12, 12), 1, 2), undefined)
  registered.set(3, 14)
  assert.equal(leadership.propose(at(12, 12), 1, 3), undefined)
  registered.delete(3)
  assert.equal(leadership.propose(at(12, 12), 1, 3), undefined)
  registered.set(3, 13)
  assert.notEqual(leadership.propose(at(12, 12), 1, 3), undefined)
})

test('the high watermark stands still while too few are in sync, also with somebody about to join', () => {
  const { leadership, fetch } = lead({ isr: [1] })
  fetch(2, 20, 20, 1)
  leadership.propose(at(20, 8), 1, 2)
  assert.equal(leadership.highWatermark(at(20, 8), 1), 8)
  leadership.update({ ...image, isr: [1, 2], partitionEpoch: 6 })
  assert.equal(leadership.highWatermark(at(20, 8), 1), 20)
})

test('a refused proposal is forgotten, and made again later', () => {
  const { leadership, fetch } = lead({ isr: [1, 2] })
  fetch(2, 12, 12, 1)
  fetch(3, 12, 12, 1)
  const change = leadership.propose(at(12, 12), 1, 3)
  assert.ok(change !== undefined)
  leadership.refused(change, 1)
  assert.equal(leadership.propose(at(12, 12), 50, 3), undefined)
  assert.notEqual(leadership.propose(at(12, 12), 150, 3), undefined)
})

test('what an earlier life of a follower says is not believed', () => {
  const { leadership, fetch } = lead()
  fetch(3, 20, 20, 1)
  fetch(2, 15, 20, 1)
  const late = { fetchOffset: 20, logStartOffset: 0, leaderEndOffset: 20, nowMs: 2 }
  assert.equal(leadership.fetched(2, { ...late, brokerEpoch: 7 }), false)
  assert.equal(leadership.highWatermark(at(20, 8), 2), 15)
  assert.equal(leadership.fetched(9, { ...late, brokerEpoch: 1 }), false)
})

test('after an unclean election the leader is alone until it has said that it recovered', () => {
  const { leadership, fetch } = lead({ isr: [1], recovering: true })
  fetch(2, 12, 12, 1)
  assert.deepEqual(
    leadership.propose(at(12, 12), 1, 2)?.isr.map(({ brokerId }) => brokerId),
    [1],
  )
})

test('a follower that had everything a moment ago is not behind, however much was just written', () => {
  const { leadership, fetch } = lead()
  for (let i = 1; i <= 5; i++) {
    // Each fetch has what the leader had at the fetch before, and never all of it.
    fetch(2, i * 100, i * 100 + 100, i * 900)
    fetch(3, i * 100 + 100, i * 100 + 100, i * 900)
    assert.equal(leadership.propose(at(i * 100 + 150, 0), i * 900), undefined)
  }
})
