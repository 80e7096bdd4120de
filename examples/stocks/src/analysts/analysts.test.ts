// Analysts are pure: what they say follows from the prices alone, whoever sends them and however often they are restarted.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Analyst } from '../analyst.ts'
import { exchanges, pricesOf } from '../prices.ts'
import { averages } from './averages.ts'
import { quarters } from './candles.ts'
import { volatility } from './volatility.ts'

function told<State>(analyst: Analyst<State>, prices: readonly number[]): unknown[] {
  let state = analyst.initial
  return prices.flatMap((price, i) => {
    const month = String((i % 12) + 1).padStart(2, '0')
    const day = `${2000 + Math.floor(i / 12)}-${month}-01`
    const thought = analyst.step(state, { symbol: 'A', day, price, source: 'test' })
    state = thought.state
    return thought.said.map(({ value }) => value)
  })
}

test('a trend that turns is told once', () => {
  const falling = Array.from({ length: 14 }, (_, i) => 100 - i)
  const rising = Array.from({ length: 14 }, (_, i) => 87 + i * 3)
  const said = told(averages, [...falling, ...rising]) as { text: string }[]
  assert.deepEqual(
    said.map(({ text }) => text),
    ['turns up: 3 months cross above 12'],
  )
})

test('only an unusual month is told', () => {
  const calm = Array.from({ length: 14 }, (_, i) => 100 + (i % 2))
  const said = told(volatility, [...calm, 150]) as { text: string }[]
  assert.equal(said.length, 1)
  assert.match(said[0]?.text ?? '', /^\+49 % in a month/)
})

test('a quarter is told when the next one begins', () => {
  assert.deepEqual(told(quarters, [10, 12, 9, 11]), [
    { symbol: 'A', quarter: '2000-Q1', open: 10, high: 12, low: 9, close: 9 },
  ])
})

test('the prices are real, whole and in order', () => {
  const counts = Object.keys(exchanges).map((exchange) => pricesOf(exchange).length)
  assert.deepEqual(counts, [437, 123, 123])
  const days = pricesOf('nasdaq').map(({ day }) => day)
  assert.deepEqual(days, days.toSorted())
  assert.deepEqual(pricesOf('nasdaq')[0], { symbol: 'AAPL', day: '2000-01-01', price: 25.94 })
  assert.throws(() => pricesOf('mars'), /there is no exchange mars, only nasdaq, nyse, index/)
})
