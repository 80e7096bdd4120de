// A drift compares what settled with what it came to.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { driftOf, type Sample } from './gauges.ts'

const sample = (seconds: number, memoryMb: number): Sample => {
  return {
    seconds,
    memoryMb,
    descriptors: 50,
    cpuPercent: 1,
    dataMb: 1,
    p50Ms: Number.NaN,
    p99Ms: 1,
  }
}

test('memory that only fills caches in the beginning does not drift, memory that goes on growing does', () => {
  const settled = Array.from({ length: 40 }, (_, i) => sample(i, i < 10 ? 50 + 5 * i : 100))
  assert.equal(driftOf(settled, 'memoryMb'), 1)
  const growing = Array.from({ length: 40 }, (_, i) => sample(i, 100 + 10 * i))
  assert.ok(driftOf(growing, 'memoryMb') > 1.5)
  assert.equal(driftOf(growing, 'descriptors'), 1)
})
