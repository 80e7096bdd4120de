// What a line of input becomes, and what is said when it cannot become a record.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonLines, plainLines } from './record-lines.ts'

const plain = { headers: [] }

function read(reader: ReturnType<typeof plainLines>, line: string) {
  const { key, value, ...rest } = reader(Buffer.from(line), 7)
  const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString())
  return { key: text(key), value: text(value), ...rest }
}

test('a line is a value', () => {
  assert.deepEqual(read(plainLines(plain), 'a:b'), { key: null, value: 'a:b', headers: [] })
})

test('with a separator the first one ends the key', () => {
  const reader = plainLines({ ...plain, keySeparator: ':', nullValue: '-' })
  assert.deepEqual(read(reader, 'a:b:c'), { key: 'a', value: 'b:c', headers: [] })
  assert.deepEqual(read(reader, 'a:-'), { key: 'a', value: null, headers: [] })
  assert.throws(() => read(reader, 'ab'), { message: 'line 7 has no ":" after its key' })
})

test('a JSON line says what it wants to say', () => {
  const line =
    '{"key":1,"value":{"cents":5},"partition":2,"timestamp":3,"headers":{"a":"b","c":null}}'
  assert.deepEqual(read(jsonLines({ headers: [['x', 'y']] }), line), {
    key: '1',
    value: '{"cents":5}',
    partition: 2,
    timestamp: 3,
    headers: [
      ['x', 'y'],
      ['a', 'b'],
      ['c', null],
    ],
  })
  assert.deepEqual(read(jsonLines(plain), '{"value":null}').value, null)
})

test('what is no record is refused with the number of its line', () => {
  const reader = jsonLines(plain)
  assert.throws(() => read(reader, '{'), /^UsageError: line 7 is no JSON: /)
  assert.throws(() => read(reader, '[]'), /line 7 is no JSON object/)
  assert.throws(() => read(reader, '{"vlaue":1}'), /line 7 has a field "vlaue"; there are key/)
  assert.throws(() => read(reader, '{"partition":-1}'), /line 7: partition is -1, expected/)
})
