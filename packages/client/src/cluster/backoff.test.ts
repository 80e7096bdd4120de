// Pauses grow, end growing, and differ.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffMs } from './backoff.ts'

const backoff = { baseMs: 100, maxMs: 1000 }

test('pauses double up to the longest one', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 500].map((failures) => backoffMs(backoff, failures, 0.5))
  assert.deepEqual(pauses, [100, 200, 400, 800, 1000, 1000, 1000])
})

test('chance spreads a pause by a fifth to both sides', () => {
  assert.equal(backoffMs(backoff, 1, 0), 80)
  assert.ok(Math.abs(backoffMs(backoff, 1, 0.999_999) - 120) < 0.01)
})
