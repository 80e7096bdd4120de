// Frames out of a stream that is cut anywhere.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameReader } from './frame-reader.ts'
import { SlabPool, slabBytes } from './slabs.ts'

function framed(bodies: readonly Buffer[]): Buffer {
  return Buffer.concat(
    bodies.flatMap((body) => {
      const length = Buffer.alloc(4)
      length.writeInt32BE(body.length)
      return [length, body]
    }),
  )
}

function readerOf(frames: Buffer[], maxFrameBytes = 10_000_000): FrameReader {
  const pool = new SlabPool()
  return new FrameReader(
    (size) => pool.take(size),
    () => maxFrameBytes,
    (frame) => {
      frames.push(Buffer.from(frame.buffer))
      frame.release()
    },
  )
}

test('Frames come out whole, however the stream was cut.', () => {
  const bodies = [1, 0, 3, 1000, 70_000].map((size, index) => Buffer.alloc(size, index + 1))
  const stream = framed(bodies)
  for (const step of [1, 2, 3, 5, 7, 1000, 65_536, stream.length]) {
    const frames: Buffer[] = []
    const reader = readerOf(frames)
    for (let position = 0; position < stream.length; position += step) {
      assert.equal(reader.push(stream.subarray(position, position + step)), undefined)
    }
    assert.deepEqual(frames, bodies, `in steps of ${step}`)
    assert.equal(reader.insideFrame, false)
  }
})

test('A frame larger than a slab arrives whole.', () => {
  const body = Buffer.alloc(5 * slabBytes + 17)
  for (let i = 0; i < body.length; i += 997) body[i] = i % 251
  const frames: Buffer[] = []
  const reader = readerOf(frames)
  const stream = framed([body])
  for (let position = 0; position < stream.length; position += 200_000) {
    reader.push(stream.subarray(position, position + 200_000))
  }
  assert.equal(frames.length, 1)
  assert.ok(frames[0]?.equals(body))
})

test('A negative or an oversized length is refused before anything is read or allocated.', () => {
  for (const size of [-1, -2_147_483_648, 1001]) {
    const lengths: number[] = []
    const reader = new FrameReader(
      (length) => {
        lengths.push(length)
        return new SlabPool().take(length)
      },
      () => 1000,
      () => assert.fail('no frame comes out'),
    )
    const chunk = Buffer.alloc(8)
    chunk.writeInt32BE(size)
    assert.match(reader.push(chunk) ?? '', /is refused; at most 1000/)
    assert.deepEqual(lengths, [])
  }
})

test('A length alone does not make the broker hold what it promises.', () => {
  const pool = new SlabPool()
  let held = 0
  const reader = new FrameReader(
    (size) => {
      held += size
      return pool.take(size)
    },
    () => 100_000_000,
    () => {},
  )
  const chunk = Buffer.alloc(4)
  chunk.writeInt32BE(99_000_000)
  reader.push(Buffer.concat([chunk, Buffer.alloc(10)]))
  assert.ok(held <= slabBytes)
  reader.close()
})
