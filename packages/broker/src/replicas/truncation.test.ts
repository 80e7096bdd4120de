// Where a follower cuts its log: never above what both have in common.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { truncationOffset } from './truncation.ts'

const own = { logEndOffset: 30, highWatermark: 12 }

test('an epoch that both know ends where the shorter of the two ends', () => {
  const leaderEnd = { epoch: 2, endOffset: 20 }
  const longer = { ...own, epochEnd: { epoch: 2, endOffset: 25 } }
  assert.equal(truncationOffset(leaderEnd, longer), 20)
  const shorter = { ...own, epochEnd: { epoch: 2, endOffset: 15 } }
  assert.equal(truncationOffset(leaderEnd, shorter), 15)
})

test('an epoch that the follower never saw sends it back to its own one below', () => {
  const epochEnd = { epoch: 1, endOffset: 17 }
  assert.equal(truncationOffset({ epoch: 2, endOffset: 20 }, { ...own, epochEnd }), 17)
})

test('without a common history the leader decides, and without any the high watermark does', () => {
  const epochEnd = { epoch: -1, endOffset: -1 }
  assert.equal(truncationOffset({ epoch: 2, endOffset: 20 }, { ...own, epochEnd }), 20)
  assert.equal(truncationOffset({ epoch: 2, endOffset: 40 }, { ...own, epochEnd }), 30)
  assert.equal(truncationOffset({ epoch: -1, endOffset: -1 }, { ...own, epochEnd }), 12)
})
