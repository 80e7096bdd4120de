/** Messages of magic 0 and 1, and what becomes of them. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { BatchWalk } from './batch-walk.ts'
import { convertLegacySet } from './convert.ts'
import { LegacyMessage, readLegacySet } from './legacy-message.ts'
import { readRecords } from './read-records.ts'
import { RecordBatch } from './record-batch.ts'

interface Vector {
  readonly name: string
  readonly hex: string
}

const lines = readFileSync(join(import.meta.dirname, 'testdata/batches.jsonl'), 'utf8').split('\n')
const vectors: readonly Vector[] = lines
  .filter((line) => /^\{"name":"v[01]-/.test(line))
  .map((line) => JSON.parse(line))

test('what an old producer sends becomes one batch of magic 2 with the same records', () => {
  let converted = 0
  for (const { name, hex } of vectors) {
    const bytes = Buffer.from(hex, 'hex')
    for (const compression of ['none', 'producer', 'zstd'] as const) {
      const answer = convertLegacySet(bytes, { compression })
      if (!Buffer.isBuffer(answer)) {
        assert.equal(answer.error, 'INVALID_RECORD', name)
        assert.ok(hasWrapperAmongOthers(bytes), name)
        continue
      }
      const batch = new RecordBatch(answer)
      assert.ok(batch.verifyChecksum())
      const old = readLegacySet(bytes).records
      const records = readRecords(batch).records
      assert.deepEqual(
        records.map(({ timestamp, key, value }) => [timestamp, key, value]),
        old.map(({ timestamp, key, value }) => [timestamp, key, value]),
      )
      assert.deepEqual(
        records.map(({ offset }) => offset),
        old.map((_, index) => index),
      )
      if (compression !== 'producer') assert.equal(batch.compression, compression)
      converted += 1
    }
  }
  assert.ok(converted > 50, `${converted}`)
})

test('a message that is cut off at the end is left out', () => {
  const vector = vectors.find(({ name }) => name === 'v1-none-several')
  const bytes = Buffer.from(vector?.hex ?? '', 'hex')
  const whole = readLegacySet(bytes).records.length
  const answer = convertLegacySet(bytes.subarray(0, -1), { compression: 'none' })
  assert.ok(Buffer.isBuffer(answer))
  assert.equal(new RecordBatch(answer).recordCount, whole - 1)
})

test('damage in a message is found by its checksum', () => {
  const vector = vectors.find(({ name }) => name === 'v1-none-one')
  const bytes = Buffer.from(vector?.hex ?? '', 'hex')
  bytes[bytes.length - 1] = 0
  const answer = convertLegacySet(bytes, { compression: 'none' })
  assert.ok(!Buffer.isBuffer(answer))
  assert.equal(answer.error, 'CORRUPT_MESSAGE')
})

function hasWrapperAmongOthers(bytes: Buffer): boolean {
  const walk = new BatchWalk(bytes)
  let count = 0
  let wrappers = 0
  while (walk.next()) {
    count += 1
    if (new LegacyMessage(bytes, walk.batchPosition).compression !== 'none') wrappers += 1
  }
  return count > 1 && wrappers > 0
}
