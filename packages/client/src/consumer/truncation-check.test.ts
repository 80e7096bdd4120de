// What a new leader says of an old epoch, and where that leaves a reader.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { divergence } from './truncation-check.ts'

test('a reader whose records are all there goes on', () => {
  assert.equal(divergence(100, 3, { leaderEpoch: 3, endOffset: 100 }), 'nowhere')
  assert.equal(divergence(100, 3, { leaderEpoch: 3, endOffset: 250 }), 'nowhere')
})

test('a reader ahead of what is left goes back to where the logs part', () => {
  assert.equal(divergence(100, 3, { leaderEpoch: 3, endOffset: 80 }), 80)
  // The new leader never had the epoch of the last record: what is common ends with an earlier one.
  assert.equal(divergence(100, 3, { leaderEpoch: 1, endOffset: 60 }), 60)
})

test('a leader that knows nothing so old leaves it to the reset policy', () => {
  assert.equal(divergence(100, 3, { leaderEpoch: -1, endOffset: -1 }), 'unknown')
})
