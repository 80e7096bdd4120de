// Figures for people, values for programs.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counted, show, sizeText } from './show.ts'
import { RecordedOutput } from './testing/recorded-output.ts'

test('sizes and counts read well', () => {
  assert.deepEqual([0, 999, 1500, 2_000_000_000].map(sizeText), [
    '0 B',
    '999 B',
    '1.5 KB',
    '2.0 GB',
  ])
  assert.deepEqual([counted(1, 'record'), counted(1200, 'record')], ['1 record', '1,200 records'])
})

test('JSON holds maps as objects', async () => {
  const output = new RecordedOutput()
  await show(output, true, new Map([['a', { id: 5n }]]), () => 'not shown')
  assert.deepEqual(JSON.parse(output.text), { a: { id: '5' } })
})
