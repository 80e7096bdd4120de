// Plans keep the number of replicas, never put two on one broker, and spread the load.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evacuate, spread } from './plan.ts'

const partitions = Array.from({ length: 12 }, (_, partition) => ({
  topic: 't',
  partition,
  replicas: [1, 2, 3],
}))

function countsOf(targets: readonly (readonly number[])[]): number[] {
  return [1, 2, 3, 4].map((id) => targets.flat().filter((one) => one === id).length)
}

test('leaders and replicas are spread evenly', () => {
  const targets = spread(partitions, [1, 2, 3, 4]).map(({ target }) => target)
  assert.deepEqual(countsOf(targets), [9, 9, 9, 9])
  assert.deepEqual(countsOf(targets.map((target) => target.slice(0, 1))), [3, 3, 3, 3])
  for (const target of targets) assert.equal(new Set(target).size, 3)
})

test('one replica goes round, and too few brokers are refused', () => {
  const single = [{ topic: 't', partition: 0, replicas: [1] }]
  assert.deepEqual(spread(single, [2])[0]?.target, [2])
  assert.throws(() => spread(partitions, [1, 2]), /t-0 has 3 replicas, there are 2 brokers/)
})

test('a broker is replaced where it stood, by who has least to do', () => {
  const moves = evacuate(partitions, 2, [1, 2, 3, 4])
  assert.equal(moves.length, 12)
  for (const { target } of moves) assert.deepEqual(target, [1, 4, 3])
})

test('where everybody has a replica already there is nobody to take over', () => {
  assert.deepEqual(evacuate(partitions, 2, [1, 2, 3]), [])
})
