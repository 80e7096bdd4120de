/** Codecs: what goes in comes out, damage is a value, bombs are refused. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CompressionCodec } from './codec.ts'
import { compress } from './compress.ts'
import { decompress } from './decompress.ts'
import { repairLz4Header } from './lz4.ts'

const CODECS: readonly CompressionCodec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

function text(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let i = 0; i < length; i++) bytes[i] = ((i * 7) % 251) ^ ((i >> 8) & 15)
  return bytes
}

for (const codec of CODECS) {
  test(`${codec}: what is compressed comes back, from nothing to a megabyte`, () => {
    for (const length of [0, 1, 100, 32768, 32769, 300_000, 1_500_000]) {
      const plain = text(length)
      assert.ok(plain.equals(plainOf(decompress(codec, compress(codec, plain), length))))
    }
  })

  test(`${codec}: a bomb is refused`, () => {
    const bomb = compress(codec, Buffer.alloc(3_000_000))
    const answer = decompress(codec, bomb, 2_999_999)
    assert.ok(!Buffer.isBuffer(answer) && answer.kind === 'too-large')
    assert.equal(plainOf(decompress(codec, bomb, 3_000_000)).length, 3_000_000)
  })
}

for (const codec of CODECS.filter((name) => name !== 'none')) {
  test(`${codec}: damaged bytes are an error value`, () => {
    const good = compress(codec, text(5000))
    for (const bad of [
      Buffer.alloc(0),
      good.subarray(0, 20),
      Buffer.from('nonsense of any kind'),
    ]) {
      const answer = decompress(codec, bad, 10_000)
      assert.ok(!Buffer.isBuffer(answer) && answer.kind === 'damaged', bad.toString('hex'))
    }
  })
}

test('levels are passed on', () => {
  const plain = text(200_000)
  assert.ok(compress('gzip', plain, 9).length < compress('gzip', plain, 1).length)
  assert.ok(compress('zstd', plain, 19).length < compress('zstd', plain, -5).length)
})

test('snappy is read with and without the framing of xerial', () => {
  const bare = Buffer.from('0a2461626162616261626162', 'hex')
  assert.equal(plainOf(decompress('snappy', bare, 100)).toString(), 'ababababab')
  const claimsTooMuch = Buffer.from('ffffffff0761', 'hex')
  assert.ok(!Buffer.isBuffer(decompress('snappy', claimsTooMuch, 2 ** 40)))
})

test('lz4 frames have the flags and the header checksum that the Java client asks for', () => {
  for (const length of [1, 5000, 100_000, 300_000, 1_500_000]) {
    const frame = compress('lz4', text(length))
    const [flags = 0, blockSize = 0] = frame.subarray(4)
    // Version 1 and independent blocks; no checksums, content size, dictionary or reserved bits.
    assert.equal(flags, 0b01_1_00000)
    assert.ok(blockSize >> 4 >= 4 && blockSize >> 4 <= 7 && (blockSize & 15) === 0)
    assert.ok(repairLz4Header(frame).equals(frame))
    assert.equal(frame.readUInt32LE(frame.length - 4), 0)
  }
})

test('the wrong header checksum of magic 0 can be put right', () => {
  const frame = '04224d1860401a140000001600010051101fecd70a0f0070016b000000017600000000'
  const bytes = Buffer.from(frame, 'hex')
  assert.ok(!Buffer.isBuffer(decompress('lz4', bytes, 100)))
  assert.equal(plainOf(decompress('lz4', repairLz4Header(bytes), 100)).length, 28)
})

function plainOf(answer: ReturnType<typeof decompress>): Buffer {
  assert.ok(Buffer.isBuffer(answer), JSON.stringify(answer))
  return answer
}
