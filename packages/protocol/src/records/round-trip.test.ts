/** Records of chance come out of a batch as they went in, whatever the codec. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CompressionCodec } from '../compression/codec.ts'
import { BatchBuilder } from './batch-builder.ts'
import type { RecordHeader } from './batch-builder.ts'
import { readRecords } from './read-records.ts'
import { RecordBatch } from './record-batch.ts'

const CODECS: readonly CompressionCodec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

for (const codec of CODECS) {
  test(`${codec}: what a builder writes, a reader reads`, () => {
    const pick = sequence(22)
    const builder = new BatchBuilder(61)
    for (let round = 0; round < 60; round++) {
      builder.reset()
      const wanted = []
      for (let i = pick(60); i >= 0; i--) {
        const timestamp = pick(5) === 0 ? -1 : pick(3) === 0 ? pick(1 << 30) * 4096 : 1.79e12
        const headers: RecordHeader[] = []
        for (let h = pick(4) - 1; h > 0; h--) {
          headers.push({
            key: 'ключ'.repeat(pick(20)),
            value: pick(3) === 0 ? null : someBytes(pick),
          })
        }
        const key = pick(3) === 0 ? null : someBytes(pick)
        const value = pick(3) === 0 ? null : someBytes(pick)
        builder.append(timestamp, key, value, headers)
        wanted.push({ offset: wanted.length + 7, timestamp, key, value, headers })
      }
      const before = builder.sizeInBytes
      const batch = new RecordBatch(
        Buffer.from(builder.build({ compression: codec, baseOffset: 7 })),
      )
      if (codec === 'none') assert.equal(batch.sizeInBytes, before)
      assert.ok(batch.verifyChecksum())
      const { records, fault } = readRecords(batch)
      assert.equal(fault, undefined)
      assert.deepEqual(records, wanted)
    }
  })
}

/** A seeded sequence (mulberry32): whole numbers from 0 up to `below`. */
function sequence(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((((mixed ^ (mixed >>> 14)) >>> 0) * below) / 4294967296) | 0
  }
}

/** Around the lengths at which varints grow. */
function someBytes(pick: (below: number) => number): Buffer {
  return randomBytes(pick).subarray(0, [3, 20, 60 + pick(8), 8180 + pick(20)][pick(4)])
}

function randomBytes(pick: (below: number) => number): Buffer {
  const bytes = Buffer.alloc(1 + pick(pick(10) === 0 ? 20_000 : 300))
  for (let i = 0; i < bytes.length; i++) bytes[i] = pick(256)
  return bytes
}
