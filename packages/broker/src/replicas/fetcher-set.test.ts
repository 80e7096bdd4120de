// Partitions are spread over the fetchers of a leader as Apache Kafka spreads them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fetcherOf } from './fetcher-set.ts'

test('every partition has one fetcher, and all fetchers have partitions', () => {
  assert.equal(fetcherOf('orders', 7, 1), 0)
  // 31 times the hash of 'a' (97), and the partition.
  assert.equal(fetcherOf('a', 2, 4), (31 * 97 + 2) % 4)
  // A hash that is negative counts by its size.
  assert.equal(fetcherOf('polygenelubricants', 0, 7), 0)
  const used = new Set(Array.from({ length: 20 }, (_, i) => fetcherOf('orders', i, 4)))
  assert.deepEqual(
    [...used].sort((a, b) => a - b),
    [0, 1, 2, 3],
  )
})
