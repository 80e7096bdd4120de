// What options take, and what they say of what they do not take.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collectedPairs, positiveNumber, wholeNumber } from './values.ts'

test('whole numbers stay within their bounds', () => {
  assert.equal(wholeNumber(0, 65_535)('9092'), 9092)
  for (const text of ['', '-1', '65536', '1.5', 'x']) {
    assert.throws(() => wholeNumber(0, 65_535)(text), /expected a whole number from 0 to 65535/)
  }
  assert.throws(() => wholeNumber(1)('0'), /from 1 on/)
})

test('a rate is above 0', () => {
  assert.equal(positiveNumber('0.5'), 0.5)
  assert.throws(() => positiveNumber('0'), /above 0/)
})

test('pairs are cut at the first sign of equality', () => {
  assert.deepEqual(collectedPairs('a=b=c', [['x', '']]), [
    ['x', ''],
    ['a', 'b=c'],
  ])
  assert.throws(() => collectedPairs('=b', []), /=b is not name=value/)
})
