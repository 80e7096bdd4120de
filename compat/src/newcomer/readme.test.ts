// What a newcomer types is what the page says.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandLinesOf } from './readme.ts'

test('lines of shell blocks in order, without comments and other languages', () => {
  const page = [
    'Say `ls`:',
    '```sh',
    'npm ci && npm start    # a broker',
    '# nothing to type',
    'samsa consume orders \\',
    "  -f '#%o'",
    '```',
    '```ts',
    'const a = 1',
    '```',
    '```sh',
    'npm test',
    '```',
  ].join('\n')
  assert.deepEqual(commandLinesOf(page), [
    'npm ci && npm start',
    "samsa consume orders -f '#%o'",
    'npm test',
  ])
})
