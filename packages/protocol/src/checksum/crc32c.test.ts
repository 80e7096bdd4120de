/** The checksum of batches: the same however it is worked out. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32c as libraryCrc32c } from '@node-rs/crc32'
import { crc32c, crc32cOfChunks, crc32cRange } from './crc32c.ts'
import { Crc32cFolding, MAX_FOLDED_BYTES, MIN_FOLDED_BYTES } from './crc32c-folding.ts'

/** The same bytes every time, without a pattern. */
function bytesOf(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = seed
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}

const bytes = bytesOf(200_000, 1)

test('the check value of the catalogue of checksums', () => {
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283)
})

test('long runs have the checksum that the library works out, whatever their length and place', () => {
  let state = 7
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  for (let round = 0; round < 600; round += 1) {
    const start = random(5000)
    const end = start + MIN_FOLDED_BYTES - 100 + random(round < 500 ? 20_000 : 150_000)
    const initial = random(2 ** 32)
    const expected = libraryCrc32c(bytes.subarray(start, end), initial)
    assert.equal(crc32cRange(bytes, start, end, initial), expected, `${start} to ${end}`)
  }
})

test('lengths around the borders of pieces and steps', () => {
  for (const border of [MIN_FOLDED_BYTES, MAX_FOLDED_BYTES, MAX_FOLDED_BYTES + MIN_FOLDED_BYTES]) {
    for (let length = border - 130; length <= border + 130; length += 1) {
      const piece = bytes.subarray(0, length)
      assert.equal(crc32c(piece), libraryCrc32c(piece), `${length} bytes`)
    }
  }
})

test('what was checked before leaves no trace: zeros and ones, long and short in turn', () => {
  const full = Buffer.alloc(MAX_FOLDED_BYTES, 0xff)
  const empty = Buffer.alloc(MAX_FOLDED_BYTES)
  for (const length of [MAX_FOLDED_BYTES, MIN_FOLDED_BYTES, 20_001, MIN_FOLDED_BYTES + 1]) {
    for (const content of [full, empty, bytes]) {
      const piece = content.subarray(0, length)
      assert.equal(crc32c(piece), libraryCrc32c(piece))
    }
  }
})

test('a single wrong bit anywhere is noticed', () => {
  const folding = new Crc32cFolding()
  const piece = bytesOf(16_384, 3)
  const right = crc32c(piece)
  assert.ok(folding.fold(piece, 0).length < MIN_FOLDED_BYTES)
  for (let bit = 0; bit < piece.length * 8; bit += 97) {
    piece[bit >> 3] = (piece[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.notEqual(crc32c(piece), right)
    piece[bit >> 3] = (piece[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  }
})

test('chunks have the checksum of what they make together', () => {
  const chunks = [bytes.subarray(0, 70_000), bytes.subarray(70_000, 70_010), bytes.subarray(70_010)]
  assert.equal(crc32cOfChunks(chunks), libraryCrc32c(bytes))
})
