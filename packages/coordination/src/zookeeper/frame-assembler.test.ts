// Frames come out whole and in order, wherever the stream is cut.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '@samsa/world/simulated'
import { FrameAssembler } from './frame-assembler.ts'

test('any cutting of the stream gives the same frames, and chunks may be overwritten', () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = new SeededRandom(seed)
    const frames = Array.from({ length: 20 }, () => random.bytes(random.below(50)))
    const stream = Buffer.concat(
      frames.flatMap((frame) => {
        const length = Buffer.alloc(4)
        length.writeInt32BE(frame.length)
        return [length, frame]
      }),
    )
    const assembler = new FrameAssembler()
    const found: Buffer[] = []
    for (let at = 0; at < stream.length; ) {
      const chunk = Buffer.from(stream.subarray(at, at + 1 + random.below(40)))
      found.push(...(assembler.take(chunk) ?? []))
      at += chunk.length
      chunk.fill(255)
    }
    assert.deepEqual(found, frames)
  }
})

test('an impossible length is nonsense', () => {
  assert.equal(new FrameAssembler().take(Buffer.from('ffffffff00', 'hex')), undefined)
  assert.equal(new FrameAssembler().take(Buffer.from('7fffffff00', 'hex')), undefined)
})
