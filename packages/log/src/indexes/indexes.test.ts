// The index formats: what Kafka's tools read in them, and how look-ups behave at the edges.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OffsetIndex } from './offset-index.ts'
import { TimeIndex } from './time-index.ts'
import {
  collectAborted,
  formatTransactionIndex,
  parseTransactionIndex,
} from './transaction-index.ts'

test('an offset index finds a position at or before the batch, and is what the file holds', () => {
  const index = new OffsetIndex(100)
  assert.equal(index.lookup(150), 0)
  index.append(119, 922)
  index.append(139, 1864)
  assert.equal(index.toBytes().toString('hex'), '000000130000039a0000002700000748')
  assert.deepEqual(
    [118, 119, 138, 139, 999].map((at) => index.lookup(at)),
    [0, 922, 922, 1864, 1864],
  )
  index.truncate(139)
  assert.equal(index.lookup(999), 922)
})

test('zeros that a killed writer left behind are no entries', () => {
  const index = new OffsetIndex(0)
  index.append(5, 100)
  const padded = Buffer.concat([index.toBytes(), Buffer.alloc(4000)])
  assert.equal(new OffsetIndex(0, padded).count, 1)
  assert.equal(new OffsetIndex(0, Buffer.alloc(4096)).count, 0)
  const times = new TimeIndex(0)
  times.append(1_790_000_005_000, 5)
  const paddedTimes = Buffer.concat([times.toBytes(), Buffer.alloc(4080)])
  assert.deepEqual(new TimeIndex(0, paddedTimes).last, { timestamp: 1_790_000_005_000, offset: 5 })
})

test('a damaged offset index says so', () => {
  const index = new OffsetIndex(0)
  index.append(5, 100)
  index.append(9, 200)
  assert.equal(index.damage(201), undefined)
  assert.match(index.damage(200) ?? '', /position 200 of 200 bytes/)
})

test('a time index tells where a search for a timestamp may begin', () => {
  const index = new TimeIndex(10)
  index.append(1000, 12)
  index.append(1000, 15)
  index.append(3000, 20)
  assert.equal(index.count, 2)
  assert.deepEqual(
    [999, 1000, 1001, 3000, 3001].map((at) => index.lookup(at)),
    [10, 10, 12, 12, 20],
  )
})

test('aborted transactions are found for the offsets that a reader has fetched', () => {
  const entries = [
    { producerId: 2, firstOffset: 7, lastOffset: 12, lastStableOffset: 13 },
    { producerId: 4, firstOffset: 27, lastOffset: 32, lastStableOffset: 33 },
  ]
  assert.deepEqual(parseTransactionIndex(formatTransactionIndex(entries)).aborted, entries)
  const found: typeof entries = []
  assert.equal(collectAborted(entries, 8, 20, found), true)
  assert.deepEqual(found, [entries[0]])
  const torn = formatTransactionIndex(entries).subarray(0, 50)
  assert.match(parseTransactionIndex(torn).damage ?? '', /16 bytes/)
})
