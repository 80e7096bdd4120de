// The audit finds what is not as it was published.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare } from './audit.ts'
import { exchanges, pricesOf } from './prices.ts'

const all = Object.keys(exchanges).flatMap((source) =>
  pricesOf(source).map((price) => ({ ...price, source })),
)

test('everything in order, once, at its price', () => {
  assert.deepEqual(compare(all), { ticks: 683, problems: [], missing: 0 })
})

test('a tick that is missing, twice, out of order or wrong is told', () => {
  const [first, second] = all.filter(({ symbol }) => symbol === 'IBM')
  assert.ok(first !== undefined && second !== undefined)
  assert.equal(compare(all.slice(1)).missing, 1)
  assert.deepEqual(compare([first, first]).problems, ['IBM 2000-01-01 stands twice'])
  assert.deepEqual(compare([second, first]).problems, ['IBM 2000-01-01 is out of order'])
  assert.deepEqual(compare([{ ...first, price: 1 }]).problems, ['IBM 2000-01-01 says 1'])
})
