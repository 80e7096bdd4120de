// Order and numbers of one partition through everything that can become of a batch.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchBuilder } from '@samsa/protocol'
import { PartitionQueue } from './partition-queue.ts'
import { PendingCall, ProducerBatch } from './producer-batch.ts'

const state = { producerId: 7, producerEpoch: 0 }

function batchOf(queue: PartitionQueue, records = 2, createdMs = 0): ProducerBatch {
  const batch = new ProducerBatch(queue, createdMs, new BatchBuilder(256))
  const call = new PendingCall()
  call.promise.catch(() => {})
  for (let i = 0; i < records; i++) batch.append(call, 0, null, Buffer.from('x'), [])
  queue.push(batch)
  return batch
}

function queueOf(batches: number): { queue: PartitionQueue; all: ProducerBatch[] } {
  const queue = new PartitionQueue('t', 0, 5)
  return { queue, all: Array.from({ length: batches }, () => batchOf(queue)) }
}

/** Takes all that may leave, and says their first numbers. */
function leave(queue: PartitionQueue, nowMs = 0): number[] {
  const numbers: number[] = []
  while (queue.hindrance(nowMs) === undefined) numbers.push(queue.take(state).baseSequence)
  return numbers
}

test('batches are numbered in order and five of them are under way', () => {
  const { queue, all } = queueOf(7)
  assert.deepEqual(leave(queue), [0, 2, 4, 6, 8])
  assert.equal(queue.hindrance(0), 'order')
  for (const batch of all.slice(0, 2)) queue.acknowledge(batch)
  assert.deepEqual(leave(queue), [10, 12])
})

test('a lost connection is repeated in order, one by one until the first has its outcome', () => {
  const { queue, all } = queueOf(4)
  leave(queue)
  // Whatever the order in which the losses are noticed.
  for (const i of [2, 0, 3, 1]) queue.repeat(all[i] as ProducerBatch, 10, true)
  assert.equal(queue.hindrance(9), 'backoff')
  assert.deepEqual(leave(queue, 10), [0])
  assert.equal(queue.hindrance(10), 'order')
  queue.acknowledge(all[0] as ProducerBatch)
  assert.deepEqual(leave(queue, 10), [2])
})

test('a batch that came too early waits for the one before it', () => {
  const { queue, all } = queueOf(2)
  leave(queue)
  const [first, second] = all as [ProducerBatch, ProducerBatch]
  queue.outOfOrder(second)
  assert.equal(queue.needsEpoch, false)
  queue.repeat(second, 0, false)
  queue.repeat(first, 0, false)
  assert.deepEqual(leave(queue), [0])
  queue.acknowledge(first)
  assert.deepEqual(leave(queue), [2])
})

test('when the broker has lost acknowledged records all begins anew', () => {
  const { queue, all } = queueOf(3)
  leave(queue)
  const [first, second, third] = all as [ProducerBatch, ProducerBatch, ProducerBatch]
  queue.acknowledge(first)
  queue.outOfOrder(second)
  queue.repeat(second, 0, false)
  assert.equal(queue.needsEpoch, false, 'the third is still on the wire')
  assert.equal(queue.hindrance(0), 'epoch')
  queue.outOfOrder(third)
  queue.repeat(third, 0, false)
  assert.ok(queue.needsEpoch)
  const next = { producerId: 7, producerEpoch: 1 }
  assert.deepEqual(queue.renumber(next), [])
  assert.deepEqual([second.baseSequence, third.baseSequence], [0, 2])
  assert.ok(queue.isNumberedUnder(next))
})

test('a refused batch leaves a gap, so those behind it are numbered anew', () => {
  const { queue, all } = queueOf(3)
  leave(queue)
  const [first, second, third] = all as [ProducerBatch, ProducerBatch, ProducerBatch]
  queue.acknowledge(first)
  queue.abandon(second, false)
  queue.outOfOrder(third)
  queue.repeat(third, 0, false)
  assert.deepEqual(queue.renumber({ producerId: 7, producerEpoch: 1 }), [])
  assert.equal(third.baseSequence, 0)
})

test('what may have been written is never written under other numbers', () => {
  const { queue, all } = queueOf(3)
  leave(queue)
  const [first, second, third] = all as [ProducerBatch, ProducerBatch, ProducerBatch]
  queue.acknowledge(first)
  queue.repeat(third, 0, true)
  queue.outOfOrder(second)
  queue.repeat(second, 0, false)
  assert.deepEqual(queue.renumber({ producerId: 7, producerEpoch: 1 }), [third])
  assert.deepEqual(queue.waiting, [second])
})

test('after a batch of unknown fate the next one tells: it fits, or all begins anew', () => {
  for (const wasWritten of [true, false]) {
    const { queue, all } = queueOf(3)
    leave(queue)
    const [first, second, third] = all as [ProducerBatch, ProducerBatch, ProducerBatch]
    queue.acknowledge(first)
    queue.repeat(third, 0, true)
    queue.repeat(second, 0, true)
    queue.abandon(second, true)
    assert.deepEqual(leave(queue), [4])
    if (wasWritten) {
      queue.acknowledge(third)
      assert.equal(queue.needsEpoch, false)
      batchOf(queue)
      assert.deepEqual(leave(queue), [6])
    } else {
      // Its first attempt may still arrive, with the others before it.
      queue.outOfOrder(third)
      queue.repeat(third, 0, false)
      assert.deepEqual(queue.renumber({ producerId: 7, producerEpoch: 1 }), [third])
    }
  }
})

test('what lies before a gap says nothing about it', () => {
  const { queue, all } = queueOf(2)
  leave(queue)
  const [first, second] = all as [ProducerBatch, ProducerBatch]
  queue.repeat(second, 0, true)
  queue.repeat(first, 0, true)
  assert.deepEqual(leave(queue), [0])
  queue.abandon(second, true)
  const third = batchOf(queue)
  queue.acknowledge(first)
  assert.ok(queue.needsEpoch, 'number 2 may be used up or not, and nothing is left to show it')
  const next = { producerId: 7, producerEpoch: 1 }
  assert.deepEqual(queue.renumber(next), [])
  queue.take(next)
  assert.equal(third.baseSequence, 0)
})

test('the last batch of unknown fate ends the epoch', () => {
  const { queue, all } = queueOf(1)
  leave(queue)
  queue.repeat(all[0] as ProducerBatch, 0, true)
  queue.abandon(all[0] as ProducerBatch, true)
  assert.ok(queue.needsEpoch)
})

test("another partition's new epoch is taken up when nothing is under way", () => {
  const { queue, all } = queueOf(1)
  leave(queue)
  const next = { producerId: 7, producerEpoch: 1 }
  const second = batchOf(queue)
  queue.take(next)
  assert.deepEqual([second.baseSequence, second.producerState], [2, state])
  queue.acknowledge(all[0] as ProducerBatch)
  queue.acknowledge(second)
  const third = batchOf(queue)
  queue.take(next)
  assert.deepEqual([third.baseSequence, third.producerState], [0, next])
})

test('numbers wrap behind the largest int32', () => {
  const queue = new PartitionQueue('t', 0, 5)
  const near = batchOf(queue)
  queue.take(state)
  near.number(state, 0x7fffffff)
  const far = batchOf(queue)
  far.number(state, 1)
  queue.take(state)
  queue.repeat(far, 0, true)
  queue.repeat(near, 0, true)
  assert.equal(queue.waiting[0], near)
})

test('batches that waited too long are told apart', () => {
  const queue = new PartitionQueue('t', 0, 5)
  const old = batchOf(queue, 1, 0)
  batchOf(queue, 1, 100)
  assert.deepEqual(queue.expired(150, 100), [old])
})

test('a batch whose time ends on the wire is given up, and its answer still counts', () => {
  const { queue, all } = queueOf(2)
  leave(queue)
  const [first, second] = all as [ProducerBatch, ProducerBatch]
  assert.deepEqual(queue.overdue(99, 100), [])
  assert.deepEqual(queue.overdue(100, 100), [first, second])
  first.isGivenUp = true
  assert.deepEqual(queue.overdue(100, 100), [second])
  queue.acknowledge(first)
  queue.acknowledge(second)
  const third = batchOf(queue)
  assert.deepEqual(leave(queue), [4])
  assert.equal(third.producerState, state)
})
