// The reader of a partition: what it takes, what it drops, when it has had enough.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchBuilder } from '@samsa/protocol'
import { FetchedChunk } from './fetched-chunk.ts'
import { PartitionState } from './partition-state.ts'
import { resetPolicyOf, startOf } from './start-position.ts'

function chunkAt(fetchOffset: number): FetchedChunk {
  const builder = new BatchBuilder()
  for (let i = 0; i < 10; i++) builder.append(1, null, Buffer.alloc(10))
  const bytes = Buffer.from(builder.build({ baseOffset: fetchOffset }))
  const place = { topic: 't', partition: 0, abortedTransactions: [], verifiesChecksums: true }
  return new FetchedChunk(bytes, { ...place, fetchOffset })
}

test('chunks follow each other, and enough is enough', () => {
  const state = new PartitionState('t', 0, 0)
  assert.ok(state.fetched(0, chunkAt(0)))
  assert.equal(state.fetchOffset, 10)
  assert.ok(state.mayFetch(10_000))
  assert.equal(state.mayFetch(state.bufferedBytes), false)
  state.finish(state.ready as FetchedChunk)
  assert.equal(state.position, 10)
  assert.equal(state.bufferedBytes, 0)
})

test('an answer for where the reader no longer is is dropped', () => {
  const state = new PartitionState('t', 0, 0)
  state.seek(50)
  assert.equal(state.fetched(0, chunkAt(0)), false)
  assert.equal(state.ready, undefined)
  state.seek('latest')
  assert.equal(state.fetched(50, chunkAt(50)), false)
  assert.deepEqual([state.position, state.start], [undefined, 'latest'])
})

test('a paused partition keeps what it has and gives nothing', () => {
  const state = new PartitionState('t', 0, 0)
  state.fetched(0, chunkAt(0))
  state.isPaused = true
  assert.equal(state.ready, undefined)
  assert.equal(state.mayFetch(1e9), false)
  state.isPaused = false
  assert.ok(state.ready)
})

test('reset policies are read as Kafka writes them', () => {
  const policy = resetPolicyOf('by_duration:P1DT2H3M4.5S')
  assert.deepEqual(policy, { kind: 'duration', durationMs: 93_784_500 })
  assert.deepEqual(policy && startOf(policy, 100_000_000), { timestamp: 6_215_500 })
  assert.deepEqual(resetPolicyOf('latest'), { kind: 'latest' })
  for (const wrong of ['soon', 'by_duration:', 'by_duration:P', 'by_duration:PT', 'PT1S']) {
    assert.equal(resetPolicyOf(wrong), undefined, wrong)
  }
})

test('what is processed follows what was handed out, over markers that nobody has to process', () => {
  const state = new PartitionState('t', 0, 0)
  state.fetched(0, chunkAt(0))
  state.advance(4, 7)
  assert.deepEqual([state.position, state.processed, state.leaderEpoch], [4, 0, 7])
  state.settle(3)
  assert.equal(state.processed, 3)
  state.settle(4)
  state.finish(state.ready as FetchedChunk)
  assert.deepEqual([state.position, state.processed], [10, 10])
  state.rewind(4)
  assert.deepEqual([state.position, state.processed], [4, 10])
  state.seek(2)
  assert.deepEqual([state.position, state.processed], [2, 2])
})
