// KIP-101: where epochs began and ended, also after truncation from either side.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatEpochCheckpoint, parseEpochCheckpoint } from '../checkpoints/offset-checkpoint.ts'
import { LeaderEpochs } from './leader-epochs.ts'

test('an epoch ends where the next one begins, the latest at the end of the log', () => {
  const epochs = new LeaderEpochs([
    { epoch: 2, startOffset: 10 },
    { epoch: 4, startOffset: 20 },
  ])
  assert.deepEqual(epochs.endOf(4, 30), { epoch: 4, endOffset: 30 })
  assert.deepEqual(epochs.endOf(3, 30), { epoch: 2, endOffset: 20 })
  assert.deepEqual(epochs.endOf(1, 30), { epoch: 1, endOffset: 10 })
  assert.deepEqual(epochs.endOf(5, 30), { epoch: -1, endOffset: -1 })
})

test('a new entry removes those it contradicts', () => {
  const epochs = new LeaderEpochs([
    { epoch: 2, startOffset: 10 },
    { epoch: 4, startOffset: 20 },
  ])
  epochs.assign(3, 15)
  assert.equal(formatEpochCheckpoint(epochs.entries), '0\n2\n2 10\n3 15\n')
  assert.equal(epochs.assign(3, 18), false)
  epochs.truncateFromStart(12)
  assert.deepEqual(epochs.entries[0], { epoch: 2, startOffset: 12 })
  epochs.truncateFromEnd(15)
  assert.equal(epochs.latest, 2)
})

test('a checkpoint whose count is wrong is no checkpoint', () => {
  assert.equal(parseEpochCheckpoint('0\n3\n0 0\n2 33\n'), undefined)
  assert.deepEqual(parseEpochCheckpoint('0\n1\n0 123\n'), [{ epoch: 0, startOffset: 123 }])
})
