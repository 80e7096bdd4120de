// Everything that a person may write for a place in a log.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeOf } from './position.ts'

const now = Date.parse('2026-11-23T12:00:00Z')

test('ends, offsets, times and how long ago', () => {
  assert.equal(placeOf('start', now), 'earliest')
  assert.equal(placeOf('end', now), 'latest')
  assert.equal(placeOf('42', now), 42)
  assert.deepEqual(placeOf('-10', now), { beforeEnd: 10 })
  assert.deepEqual(placeOf('90m', now), { timestamp: now - 90 * 60_000 })
  assert.deepEqual(placeOf('2026-11-23T11:00:00Z', now), { timestamp: now - 3_600_000 })
})

test('anything else is refused with what is understood', () => {
  for (const text of ['', 'soon', '1.5', '10x', 'Monday']) {
    assert.throws(() => placeOf(text, now), /expected start, end, an offset/)
  }
})
