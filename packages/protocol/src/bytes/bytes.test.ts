// What codecs stand on: primitive types read and written in place, references kept, room checked.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProtocolError } from '../protocol-error.ts'
import { ByteReader, ByteWriter } from './index.ts'

const INT32S = [0, 1, -1, 63, 64, -64, -65, 8191, 8192, 2 ** 31 - 1, -(2 ** 31)]
const SAFE = Number.MAX_SAFE_INTEGER

test('varints of both kinds come back', () => {
  const writer = new ByteWriter()
  for (const value of INT32S) {
    writer.varint(value)
    writer.unsignedVarint(value >>> 0)
  }
  const longs = [...INT32S, SAFE, -SAFE, SAFE - 1, 2 ** 52, -(2 ** 52), 2 ** 35 + 7]
  for (const value of longs) writer.varlong(value)
  const reader = new ByteReader(writer.finish())
  for (const value of INT32S) {
    assert.equal(reader.varint(), value)
    assert.equal(reader.unsignedVarint(), value >>> 0)
  }
  for (const value of longs) assert.equal(reader.varlong(), value)
  assert.equal(reader.remaining, 0)
})

test('varints that never end are refused', () => {
  const endless = Buffer.alloc(12, 0xff)
  assert.throws(() => new ByteReader(endless).unsignedVarint(), ProtocolError)
  assert.throws(() => new ByteReader(endless).varlong(), ProtocolError)
  assert.throws(() => new ByteReader(endless.subarray(0, 3)).unsignedVarint(), ProtocolError)
})

test('64-bit integers are numbers while they are safe', () => {
  const writer = new ByteWriter()
  for (const value of [0, -1, SAFE, -SAFE, 2 ** 32, -(2 ** 32), 1790000000000]) writer.int64(value)
  const reader = new ByteReader(writer.finish())
  for (const value of [0, -1, SAFE, -SAFE, 2 ** 32, -(2 ** 32), 1790000000000]) {
    assert.equal(reader.int64(), value)
  }
  const wide = Buffer.alloc(8)
  for (const value of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)]) {
    wide.writeBigInt64BE(value)
    assert.throws(() => new ByteReader(wide).int64(), { name: 'ProtocolError', position: 0 })
    assert.equal(new ByteReader(wide).wideInt64(), value)
  }
})

test('strings of all lengths and scripts come back', () => {
  const texts = ['', 'a', 'topic', 'größe', '日本語'.repeat(20), '😀', 'x'.repeat(126)]
  texts.push('x'.repeat(127), 'é'.repeat(63), 'é'.repeat(64), 'é'.repeat(126), 'x'.repeat(16382))
  texts.push('x'.repeat(16383), 'é'.repeat(16383), 'x'.repeat(32767), 'é'.repeat(8191))
  const writer = new ByteWriter()
  for (const text of texts) {
    writer.string(text)
    writer.compactString(text)
  }
  const reader = new ByteReader(writer.finish())
  for (const text of texts) {
    assert.equal(reader.text(reader.int16()), text)
    assert.equal(reader.text(reader.unsignedVarint() - 1), text)
  }
  assert.equal(reader.remaining, 0)
})

test('a string that Java would refuse is not written', () => {
  for (const text of ['x'.repeat(32768), 'é'.repeat(20000)]) {
    assert.throws(() => new ByteWriter().string(text), ProtocolError)
    assert.throws(() => new ByteWriter().compactString(text), ProtocolError)
  }
})

test('large bytes stay where they are, small ones are copied', () => {
  const large = Buffer.alloc(5000, 1)
  const writer = new ByteWriter()
  writer.int32(7)
  writer.splice(Buffer.from('small'))
  writer.splice(large)
  writer.int8(9)
  const chunks = writer.chunks()
  assert.equal(chunks.length, 3)
  assert.equal(chunks[1], large)
  assert.equal(writer.size, 4 + 5 + 5000 + 1)
  assert.deepEqual(Buffer.concat(chunks), writer.finish())
})

test('what a writer hands out is not touched by its next use', () => {
  const writer = new ByteWriter()
  writer.int32(1)
  const first = writer.finish()
  writer.reset()
  writer.int32(2)
  assert.equal(first.readInt32BE(), 1)
})

test('a tagged field longer than a byte can say moves to make room', () => {
  for (const length of [0, 126, 127, 128, 200, 16383, 16384, 70000]) {
    const writer = new ByteWriter()
    writer.int8(5)
    const opened = writer.openTag()
    writer.splice(Buffer.alloc(length, 3))
    writer.closeTag(opened)
    writer.int8(6)
    const reader = new ByteReader(writer.finish())
    assert.equal(reader.int8(), 5)
    assert.equal(reader.unsignedVarint(), length)
    assert.deepEqual(reader.bytes(length), Buffer.alloc(length, 3))
    assert.equal(reader.int8(), 6)
  }
})
