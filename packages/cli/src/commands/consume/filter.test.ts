// Only the records that are wanted.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decoder } from './decode.ts'
import { expressionFilter, jsonOrText, keyFilter } from './filter.ts'
import type { RawRecord } from './format.ts'

function record(key: string | null, value: string): RawRecord {
  const bytes = key === null ? null : Buffer.from(key)
  const rest = { topic: 't', partition: 0, offset: 1, timestamp: 2, headers: [] }
  return { key: bytes, value: Buffer.from(value), ...rest }
}

test('a key matches as a whole', () => {
  const filter = keyFilter('AAPL')
  assert.equal(filter(record('AAPL', '')), true)
  assert.equal(filter(record('AAPLE', '')), false)
  assert.equal(filter(record(null, '')), false)
})

test('an expression sees JSON as values, and what it cannot read is not wanted', () => {
  const filter = expressionFilter('value.price > 100 && offset < 5', decoder('text'), jsonOrText)
  assert.equal(filter(record('a', '{"price":101}')), true)
  assert.equal(filter(record('a', '{"price":99}')), false)
  assert.equal(filter(record('a', 'null')), false)
})

test('what is no expression is refused at once', () => {
  assert.throws(() => expressionFilter('value.', jsonOrText, jsonOrText), /--filter is no expr/)
})
