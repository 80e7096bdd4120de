// A batch in somebody's hands: what counts as processed, and what does not any more.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { json } from '../serdes/built-in.ts'
import { topic } from '../serdes/topic.ts'
import { HandedBatch } from './handed-batch.ts'
import { PartitionState } from './partition-state.ts'
import { RecordMaker } from './record.ts'

function handedOf(state: PartitionState, values: readonly Buffer[]): HandedBatch<unknown> {
  const maker = new RecordMaker(topic('t', { value: json<string>() }), 0)
  const stored = values.map((value, i) => {
    return { offset: 10 + i, timestamp: 0, key: null, value, headers: [] }
  })
  state.advance(10 + values.length, 3)
  return new HandedBatch({ state, maker, end: new AbortController() }, stored)
}

const letters = ['"a"', '"b"', '"c"'].map((text) => Buffer.from(text))

test('what was taken counts when it is settled, and the rest is read again', () => {
  const state = new PartitionState('t', 0, 10)
  const handed = handedOf(state, letters)
  handed.index = 2
  handed.settle()
  assert.equal(state.processed, 12)
  handed.putBack()
  assert.deepEqual([state.position, state.processed], [12, 12])
})

test('after a seek, or when the partition is given up, nothing more is taken', () => {
  const state = new PartitionState('t', 0, 10)
  const handed = handedOf(state, letters)
  handed.index = 1
  state.seek(5)
  assert.equal(handed.next, undefined)
  handed.settle()
  handed.putBack()
  assert.deepEqual([state.position, state.processed], [5, 5])
  const other = handedOf(state, letters)
  other.index = 1
  other.isRecalled = true
  assert.equal(other.next, undefined)
  other.settle()
  assert.equal(state.processed, 11, 'what was done before it was given up is done')
})

test('what can be read before a poison record is handed out first', () => {
  const state = new PartitionState('t', 0, 10)
  const bad = Buffer.from('{')
  const handed = handedOf(state, [Buffer.from('"a"'), bad])
  const { records } = handed.takeRest()
  assert.deepEqual(
    records.map(({ value }) => value),
    ['a'],
  )
  assert.throws(() => handed.takeRest(), /t-0, offset 11, value/)
  assert.throws(() => handed.takeRest(), { name: 'INVALID_RECORD' })
})
