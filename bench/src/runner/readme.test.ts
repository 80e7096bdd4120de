// README quotes what was measured: its table is made from the kept results.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Row } from '../row.ts'
import { figuresOf, readmeTexts, withFigures } from './readme.ts'
import { resultOf } from './results.ts'

const row: Row = {
  name: '16 KB batches, beside Kafka',
  ours: 0.4,
  reference: 0.2,
  beside: 'Apache Kafka',
  unit: 'GB/s',
  ratio: 2,
  goal: '>= 3x',
  met: false,
}

test('README shows the kept results (npm run bench -- --readme makes it so)', () => {
  const { stands, wanted } = readmeTexts()
  assert.equal(stands, wanted)
})

test('a goal that is missed is shown as missed', () => {
  const table = figuresOf([resultOf('broker', [row])])
  const line =
    '| produce, 16 KB batches | 0.400 GB/s | 0.200 GB/s (Apache Kafka) | 2.00 | >= 3x: **not met** |'
  assert.ok(table.includes(line), table)
  assert.match(table, /0 of 1 goals are met/)
})

test('a README that has lost the place for the table is told so', () => {
  assert.throws(() => withFigures('# Samsa\n', []), RangeError)
})
