// Tables line up, whatever stands in them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tableText } from './table.ts'

test('numbers stand right and text left, below headings in capitals', () => {
  const text = tableText(
    ['topic', 'partitions'],
    [
      ['orders', 12],
      ['a', 3],
    ],
  )
  assert.equal(text, 'TOPIC   PARTITIONS\norders          12\na                3\n')
})

test('colours take no room, and lines have no blanks at their end', () => {
  const text = tableText(
    ['state', 'name'],
    [
      ['\u001b[32mok\u001b[39m', 'x'],
      ['stopped', ''],
    ],
  )
  assert.equal(text, 'STATE    NAME\n\u001b[32mok\u001b[39m       x\nstopped\n')
})

test('without rows there are headings', () => {
  assert.equal(tableText(['group'], []), 'GROUP\n')
})
