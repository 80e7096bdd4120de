// Receive memory: used again, never shared.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SlabPool, slabBytes } from './slabs.ts'

test('Released memory is used again, and the same bytes first.', () => {
  const pool = new SlabPool()
  const first = pool.take(100)
  const { buffer } = first.buffer
  const offset = first.buffer.byteOffset
  first.release()
  const second = pool.take(200)
  assert.equal(second.buffer.buffer, buffer)
  assert.equal(second.buffer.byteOffset, offset)
})

test('A piece that is still held keeps its bytes while others come and go.', () => {
  const pool = new SlabPool()
  const held = pool.take(1000)
  held.buffer.fill(7)
  for (let i = 0; i < 50; i++) {
    const piece = pool.take(500_000)
    piece.buffer.fill(9)
    piece.release()
  }
  assert.ok(held.buffer.every((byte) => byte === 7))
  held.release()
  assert.ok(pool.liveSlabs <= 1)
})

test('More than a slab gets memory of its own.', () => {
  const piece = new SlabPool().take(slabBytes + 1)
  assert.equal(piece.buffer.length, slabBytes + 1)
  piece.release()
})

test('Releasing a piece twice is a bug that shows itself.', () => {
  const piece = new SlabPool().take(10)
  piece.release()
  assert.throws(() => piece.release(), /released once/)
})
