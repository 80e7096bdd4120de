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

test('a sparkline shows the newest values between their lowest and highest', () => {
  assert.equal(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8), '▁▂▃▄▅▆▇█')
  assert.equal(sparkline([9, 9, 1, 8], 2), '▁█')
  assert.equal(sparkline([5, 5], 4), '▄▄')
})
