// Records as they are printed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Decoding, decoder } from './decode.ts'
import { formatOf, jsonFormat, type RawRecord } from './format.ts'

const record: RawRecord = {
  topic: 'orders',
  partition: 3,
  offset: 17,
  timestamp: 1_790_000_000_000,
  key: Buffer.from('a'),
  value: Buffer.from('größe'),
  headers: [{ key: 'trace', value: Buffer.from('x') }],
}

function print(format: ReturnType<typeof formatOf>, of: RawRecord = record): string {
  const parts: Uint8Array[] = []
  format(of, parts)
  return Buffer.concat(parts).toString()
}

test("kcat's tokens and escapes", () => {
  const format = formatOf('%t [%p] %o\\t%k=%s (%K/%S) %T %h 100%%\\n', {})
  assert.equal(print(format), 'orders [3] 17\ta=größe (1/7) 1790000000000 trace=x 100%\n')
})

test('null is nothing, with a length of -1', () => {
  const tombstone = { ...record, value: null }
  assert.equal(print(formatOf('[%s] %S', {}), tombstone), '[] -1')
})

test('an unknown token is refused', () => {
  assert.throws(() => formatOf('%x', {}), /no token %x; there are %s %k/)
})

test('a JSON line holds everything, decoded as asked', () => {
  const bytes = { ...record, key: Buffer.from([0, 0, 0, 5]), value: Buffer.from('{"cents":5}') }
  assert.deepEqual(JSON.parse(print(jsonFormat(decoder('int32'), decoder('json')), bytes)), {
    topic: 'orders',
    partition: 3,
    offset: 17,
    timestamp: 1_790_000_000_000,
    key: 5,
    value: { cents: 5 },
    headers: { trace: 'x' },
  })
})

test('every decoding reads its bytes', () => {
  const read = (decoding: Decoding, hex: string) => decoder(decoding)(Buffer.from(hex, 'hex'))
  assert.equal(read('int64', '0000000000000005'), 5)
  assert.equal(read('int64', '7fffffffffffffff'), '9223372036854775807')
  assert.equal(read('double', '3ff8000000000000'), 1.5)
  assert.equal(read('hex', 'ff00'), 'ff00')
  assert.equal(read('text', 'ff'), 'base64:/w==')
  assert.throws(() => read('int32', '00'), /32 bits/)
  assert.equal(decoder('text')(null), null)
})
