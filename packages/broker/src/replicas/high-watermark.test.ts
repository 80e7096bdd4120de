// The rules of the high watermark and of leader epochs.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochFault, type InSyncCount, nextHighWatermark } from './high-watermark.ts'

const of = (committed: number, minimum: number): InSyncCount => ({ committed, minimum })
const at = (logEndOffset: number): { logEndOffset: number } => ({ logEndOffset })

test('The high watermark is what every in-sync replica has.', () => {
  assert.equal(nextHighWatermark(0, [at(10)], of(1, 1)), 10)
  assert.equal(nextHighWatermark(0, [at(10), at(4), at(7)], of(3, 1)), 4)
})

test('It never moves back, and not at all below the minimum of in-sync replicas.', () => {
  assert.equal(nextHighWatermark(8, [at(10), at(4)], of(2, 1)), 8)
  assert.equal(nextHighWatermark(3, [at(10)], of(1, 2)), 3)
  // A replica that is about to join does not count as in sync before the controller says so.
  assert.equal(nextHighWatermark(3, [at(10), at(10)], of(1, 2)), 3)
})

test('A request of another leader epoch is told which of the two is behind.', () => {
  assert.equal(epochFault(-1, 5), undefined)
  assert.equal(epochFault(5, 5), undefined)
  assert.equal(epochFault(4, 5), 'FENCED_LEADER_EPOCH')
  assert.equal(epochFault(6, 5), 'UNKNOWN_LEADER_EPOCH')
})
