// What the client believes of the cluster as answers come, fresh and stale.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Metadata } from '@samsa/protocol'
import { MetadataCache } from './metadata-cache.ts'

const firstId = 'AAAAAAAAAAAAAAAAAAAAAg'
const secondId = 'AAAAAAAAAAAAAAAAAAAAAw'

function answer(topicId: string, leaders: readonly (readonly [number, number])[], errorCode = 0) {
  const partitions = leaders.map(([leaderId, leaderEpoch], partitionIndex) => {
    return { partitionIndex, leaderId, leaderEpoch, replicaNodes: [1], isrNodes: [1] }
  })
  const brokers = [{ nodeId: 1, host: 'a', port: 1 }]
  const topics = [{ name: 't', topicId, errorCode, partitions }]
  return Metadata.response.decode(12, Metadata.response.encode(12, { brokers, topics }))
}

test('a broker that lags behind does not bring an old leader back', () => {
  const cache = new MetadataCache()
  cache.apply(
    answer(firstId, [
      [1, 5],
      [2, 3],
    ]),
  )
  cache.apply(
    answer(firstId, [
      [9, 4],
      [3, 4],
    ]),
  )
  assert.deepEqual(cache.leader('t', 0), { leaderId: 1, leaderEpoch: 5 })
  assert.deepEqual(cache.leader('t', 1), { leaderId: 3, leaderEpoch: 4 })
})

test('a topic created anew starts afresh', () => {
  const cache = new MetadataCache()
  cache.apply(answer(firstId, [[1, 5]]))
  cache.apply(answer(secondId, [[2, 0]]))
  assert.deepEqual(cache.leader('t', 0), { leaderId: 2, leaderEpoch: 0 })
  assert.equal(cache.topicById(firstId), undefined)
  assert.equal(cache.topicById(secondId)?.name, 't')
})

test('a produce answer may name the new leader, but not an old one', () => {
  const cache = new MetadataCache()
  cache.apply(answer(firstId, [[1, 5]]))
  assert.equal(cache.learnLeader('t', 0, { leaderId: 2, leaderEpoch: 5 }), false)
  assert.equal(cache.learnLeader('t', 0, { leaderId: 2, leaderEpoch: 6 }), true)
  assert.equal(cache.learnLeader('t', 7, { leaderId: 2, leaderEpoch: 6 }), false)
  assert.equal(cache.leader('t', 0)?.leaderId, 2)
})

test('a topic that is gone is forgotten, and why is known', () => {
  const cache = new MetadataCache()
  cache.apply(answer(firstId, [[1, 5]]))
  cache.apply(answer(firstId, [], 3))
  assert.equal(cache.topic('t'), undefined)
  assert.equal(cache.errorOf('t'), 'UNKNOWN_TOPIC_OR_PARTITION')
})

test('a partition without leader has none', () => {
  const cache = new MetadataCache()
  cache.apply(answer(firstId, [[-1, 5]]))
  assert.equal(cache.leader('t', 0), undefined)
  assert.equal(cache.topic('t')?.partitions.length, 1)
})
