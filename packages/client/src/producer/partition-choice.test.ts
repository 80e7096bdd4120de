// Keys go where Java's producer puts them (vectors made with it); records without keys are spread by bytes.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SeededRandom } from '@samsa/world/simulated'
import { keyedPartition, StickyPartition } from './partition-choice.ts'

interface Vectors {
  readonly partitionCounts: readonly number[]
  /** Key in hex, its murmur2, its partition for each count. */
  readonly keys: readonly (readonly [string, number, ...number[]])[]
}

const file = join(import.meta.dirname, 'testdata', 'partitioner.json')
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors

const place = { topic: 't', value: null }

test('keys go where Java puts them', () => {
  for (const [hex, , ...partitions] of vectors.keys) {
    const key = Buffer.from(hex, 'hex')
    const chosen = vectors.partitionCounts.map((partitionCount) => {
      return keyedPartition({ ...place, key, partitionCount }, undefined, false)
    })
    assert.deepEqual(chosen, partitions, hex)
  }
})

test('a partitioner of the user comes first, and may leave the choice to the key', () => {
  const input = { ...place, key: Buffer.from('a'), partitionCount: 50 }
  assert.equal(
    keyedPartition(input, () => 3, false),
    3,
  )
  assert.equal(
    keyedPartition(input, () => undefined, false),
    24,
  )
  assert.equal(keyedPartition(input, undefined, true), -1)
})

const led = (leaders: readonly number[]) => ({
  name: 't',
  topicId: '',
  isInternal: false,
  partitions: leaders.map((leaderId) => ({ leaderId, leaderEpoch: 0 })),
})

test('without a key one partition is filled, then another; all get the same bytes', () => {
  const sticky = new StickyPartition(new SeededRandom(1), 1000)
  const bytes = [0, 0, 0, 0]
  const topic = led([1, 2, 1, 2])
  let changes = 0
  let last = -1
  for (let i = 0; i < 40_000; i++) {
    const partition = sticky.choose(topic, 100)
    if (partition !== last) changes += 1
    last = partition
    bytes[partition] = (bytes[partition] ?? 0) + 100
  }
  assert.ok(changes < 4100 && changes > 2500, `${changes}`)
  for (const sum of bytes) assert.ok(Math.abs(sum / 1_000_000 - 1) < 0.1, `${bytes}`)
})

test('a partition without leader gets nothing while others have one', () => {
  const sticky = new StickyPartition(new SeededRandom(1), 10)
  const topic = led([1, -1, 1])
  for (let i = 0; i < 100; i++) assert.notEqual(sticky.choose(topic, 10), 1)
  assert.equal(sticky.choose(led([-1]), 10), 0)
})
