// What a call about several things tells: all values, or what failed, or each by itself.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaError } from '@samsa/protocol'
import { operationsIn } from './operations.ts'
import { Results } from './results.ts'

const exists = new KafkaError('TOPIC_ALREADY_EXISTS', 'Topic b: it exists.')
const invalid = new KafkaError('INVALID_CONFIG', 'Topic c: nonsense.')

function results(entries: readonly (readonly [string, number | KafkaError])[]) {
  return new Results<string, number>(Promise.resolve(new Map(entries)))
}

test('awaited, it is all values', async () => {
  const values = await results([
    ['a', 1],
    ['b', 2],
  ])
  assert.deepEqual(
    [...values],
    [
      ['a', 1],
      ['b', 2],
    ],
  )
})

test('one failure is the error, several are told together', async () => {
  const one = results([
    ['a', 1],
    ['b', exists],
  ])
  await assert.rejects(one, exists)
  const two = results([
    ['a', 1],
    ['b', exists],
    ['c', invalid],
  ])
  await assert.rejects(two, (error: KafkaError) => {
    assert.equal(error.name, 'TOPIC_ALREADY_EXISTS')
    assert.match(error.message, /2 of 3 failed[\s\S]*Topic b[\s\S]*INVALID_CONFIG: Topic c/)
    assert.deepEqual((error.cause as AggregateError).errors, [exists, invalid])
    return true
  })
})

test('each outcome can be had by itself, and then no error is left over', async () => {
  const outcomes = await results([
    ['a', 1],
    ['b', exists],
  ]).each()
  assert.deepEqual([...outcomes.values()], [1, exists])
  await new Promise((resolve) => setImmediate(resolve))
})

test('a call that failed as a whole rejects either way', async () => {
  const lost = (): Results<string, number> => new Results(Promise.reject(new Error('lost')))
  await assert.rejects(lost(), /lost/)
  await assert.rejects(lost().each(), /lost/)
})

test('operations are bits, and absent where they were not asked for', () => {
  assert.deepEqual(operationsIn((1 << 3) | (1 << 8)), ['READ', 'DESCRIBE'])
  assert.equal(operationsIn(-2147483648), undefined)
})
