// What operators rely on: leaders and replicas spread evenly, and over racks where racks are known.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '@samsa/world/simulated'
import { placeReplicas } from './placement.ts'

function brokers(...racks: (string | null)[]): { id: number; rack: string | null }[] {
  return racks.map((rack, id) => ({ id, rack }))
}

function counts(ids: readonly number[]): number[] {
  const byId = new Map<number, number>()
  for (const id of ids) byId.set(id, (byId.get(id) ?? 0) + 1)
  return [...byId.values()].sort((a, b) => a - b)
}

for (let seed = 1; seed <= 20; seed++) {
  test(`leaders and replicas are shared out evenly (seed ${seed})`, () => {
    const random = new SeededRandom(seed)
    const placement = { partitionCount: 30, replicationFactor: 3 }
    const assignment = placeReplicas(random, brokers(null, null, null, null, null), placement)
    assert.deepEqual(counts(assignment.map(([leader = -1]) => leader)), [6, 6, 6, 6, 6])
    assert.deepEqual(counts(assignment.flat()), [18, 18, 18, 18, 18])
    for (const replicas of assignment) assert.equal(new Set(replicas).size, 3)
  })

  test(`every partition lies on as many racks as it can (seed ${seed})`, () => {
    const random = new SeededRandom(seed)
    const placement = { partitionCount: 12, replicationFactor: 3 }
    const racks = ['a', 'a', 'b', 'b', 'c', 'c']
    for (const replicas of placeReplicas(random, brokers(...racks), placement)) {
      assert.equal(new Set(replicas.map((id) => racks[id])).size, 3)
    }
    const two = ['a', 'a', 'a', 'b']
    for (const replicas of placeReplicas(random, brokers(...two), placement)) {
      assert.equal(new Set(replicas).size, 3)
      assert.equal(new Set(replicas.map((id) => two[id])).size, 2)
    }
  })
}

test('a topic that grows goes on where it would have', () => {
  const grown = placeReplicas(new SeededRandom(3), brokers(null, null, null), {
    partitionCount: 3,
    replicationFactor: 1,
    firstPartition: 3,
  })
  assert.deepEqual(counts(grown.flat()), [1, 1, 1])
})

test('racks count only when all brokers have one', () => {
  const placement = { partitionCount: 3, replicationFactor: 2 }
  const assignment = placeReplicas(new SeededRandom(5), brokers('a', null, 'a'), placement)
  assert.deepEqual(counts(assignment.flat()), [2, 2, 2])
})

test('more replicas than brokers are refused', () => {
  const placement = { partitionCount: 1, replicationFactor: 2 }
  assert.throws(() => placeReplicas(new SeededRandom(1), brokers(null), placement), {
    name: 'INVALID_REPLICATION_FACTOR',
    message: /only 1 broker\(s\) are registered/,
  })
})
