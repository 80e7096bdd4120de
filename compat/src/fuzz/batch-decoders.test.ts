/** The batch decoders under mutated and random bytes, and a round trip of random records. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { BatchBuilder, RecordBatch, compress, readRecords } from '@samsa/protocol'
import type { CompressionCodec, RecordHeader } from '@samsa/protocol'
import { batchDecoders } from './batch-decoders.ts'

const testdata = '../../../packages/protocol/src/records/testdata/batches.jsonl'
const corpus = readFileSync(join(import.meta.dirname, testdata), 'utf8')
  .trim()
  .split('\n')
  .map((line) => Buffer.from(JSON.parse(line).hex, 'hex'))
  .filter((bytes) => bytes.length > 0)

const CODECS: readonly CompressionCodec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

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

function mutate(source: Buffer, pick: (below: number) => number): Buffer {
  const bytes = Buffer.from(source)
  for (let i = 1 + pick(4); i > 0; i--) {
    const at = pick(bytes.length)
    const kind = pick(4)
    if (kind === 0) bytes[at] = pick(256)
    else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8))
    else if (kind === 2)
      bytes.fill([0, 0x7f, 0x80, 0xff][pick(4)] ?? 0, at, Math.min(at + 1 + pick(8), bytes.length))
    else if (at > 20) bytes.copyWithin(at - pick(20), at, at + pick(20))
  }
  return pick(8) === 0 ? bytes.subarray(0, pick(bytes.length)) : bytes
}

for (const { name, run } of batchDecoders) {
  test(`${name}: mutated and random bytes are answered, soon and in bounded memory`, async () => {
    const pick = sequence(20)
    let slowestMs = 0
    for (let i = 0; i < 1500; i++) {
      const source = corpus[pick(corpus.length)] ?? Buffer.alloc(1)
      const bytes = i % 10 === 0 ? randomBytes(pick) : mutate(source, pick)
      // Payloads and wrapped values are hit only from where they begin.
      const start = name.startsWith('decompress') && bytes.length > 61 ? 61 : 0
      const before = performance.now()
      run(Buffer.from(bytes.subarray(start)))
      slowestMs = Math.max(slowestMs, performance.now() - before)
      // Buffers that native code made are given back only between events.
      if (i % 50 === 0) await setImmediate()
    }
    assert.ok(slowestMs < 1000, `${slowestMs} ms`)
    assert.ok(process.memoryUsage().arrayBuffers < 300_000_000)
  })
}

for (const codec of CODECS) {
  test(`${codec}: damaged payloads never unpack to more than allowed`, () => {
    const pick = sequence(21)
    const target = batchDecoders.find(({ name }) => name === `decompress ${codec}`)
    const packed = compress(codec, Buffer.alloc(1 << 20, 'samsa'))
    for (let i = 0; i < 200; i++) target?.run(mutate(packed.subarray(0, 40_000), pick))
  })

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

/** Around the lengths at which varints grow. */
function someBytes(pick: (below: number) => number): Buffer {
  return randomBytes(pick).subarray(0, [3, 20, 60 + pick(8), 8180 + pick(20)][pick(4)])
}

function randomBytes(pick: (below: number) => number): Buffer {
  const bytes = Buffer.alloc(1 + pick(pick(10) === 0 ? 20_000 : 300))
  for (let i = 0; i < bytes.length; i++) bytes[i] = pick(256)
  return bytes
}
