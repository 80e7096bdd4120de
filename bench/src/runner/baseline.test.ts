// A ratio that has collapsed is found whichever way it is better, and one that is gone is not overlooked.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Row } from '../row.ts'
import { collapses } from './baseline.ts'

const row = (ratio: number, isCost: boolean): Row => ({
  name: 'append',
  ours: 1,
  reference: 1,
  unit: 'MB/s',
  ratio,
  isCost,
  isSteady: true,
  goal: 'none',
  met: true,
})
const baseline = { log: { append: 1 } }

test('throughput may fall to seven tenths of what it was, not below', () => {
  assert.deepEqual(collapses('log', [row(0.71, false)], baseline), [])
  assert.deepEqual(collapses('log', [row(0.69, false)], baseline), [
    'log: append: ratio 0.69, the baseline says 1.00',
  ])
})

test('a cost may rise as far', () => {
  assert.deepEqual(collapses('log', [row(1.4, true)], baseline), [])
  assert.equal(collapses('log', [row(1.5, true)], baseline).length, 1)
})

test('a steady row that is no longer measured is told', () => {
  assert.deepEqual(collapses('log', [], baseline), [
    'log: append: is in the baseline and was not measured',
  ])
})

test('stories without a baseline cannot collapse', () => {
  assert.deepEqual(collapses('client', [row(0.1, false)], baseline), [])
})
