// The screen fits what is known on it, with and without colours.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Board } from './board.ts'
import { type Frame, screenText } from './screen.ts'
import { sparkline } from './sparkline.ts'

const frame: Frame = {
  columns: 80,
  rows: 24,
  hasColours: false,
  sources: [{ key: 'a', name: 'nyse', isRunning: true }],
  analysts: [{ key: '1', name: 'averages', isRunning: false, lag: 7 }],
}

test('prices, people and alerts', () => {
  const board = new Board()
  board.tick({ symbol: 'IBM', day: '2000-01-01', price: 100, source: 'nyse' })
  board.tick({ symbol: 'IBM', day: '2000-02-01', price: 90, source: 'nyse' })
  board.alert({ symbol: 'IBM', day: '2000-02-01', analyst: 'averages', text: 'turns down' })
  const text = screenText(board, frame)
  assert.match(text, /^samsa stock exchange {2}2000-02-01 {2}2 ticks$/m)
  assert.match(text, /^IBM {8}90\.00 {3}▼ 10\.0 % {2}█▁/m)
  assert.match(text, /^analysts {2}1 ○ averages 7 behind$/m)
  assert.match(text, /^2000-02-01 {2}averages {4}IBM {3}turns down$/m)
})

test('a narrow screen is not overrun', () => {
  const board = new Board()
  for (let i = 0; i < 100; i++) {
    board.tick({ symbol: 'S&P', day: '2009-12-01', price: 1000 + i, source: 'index' })
  }
  const candle = { symbol: 'S&P', quarter: '2009-Q4', open: 1036.19, high: 1115.11, low: 1036.19 }
  board.candles.set('S&P', { ...candle, close: 1115.1 })
  for (const columns of [60, 80, 110, 200]) {
    const lines = screenText(board, { ...frame, columns }).split('\n')
    const widest = Math.max(...lines.map((line) => line.length))
    assert.ok(widest <= columns, `${widest} characters in ${columns} columns`)
    assert.equal(
      lines.some((line) => line.includes('2009-Q4')),
      columns >= 80,
    )
  }
})

test('a sparkline shows the newest values between their lowest and highest', () => {
  assert.equal(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8), '▁▂▃▄▅▆▇█')
  assert.equal(sparkline([9, 9, 1, 8], 2), '▁█')
  assert.equal(sparkline([5, 5], 4), '▄▄')
})
