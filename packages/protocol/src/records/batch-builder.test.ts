/** Building batches, looking at them and walking over them. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { compress } from '../compression/compress.ts'
import { BatchBuilder } from './batch-builder.ts'
import { BatchWalk } from './batch-walk.ts'
import { RecordBatch } from './record-batch.ts'

const timestamp = 1790000000000

function threeRecords(): BatchBuilder {
  const builder = new BatchBuilder(64)
  builder.append(timestamp, Buffer.from('k0'), Buffer.from('value-0'))
  builder.append(timestamp + 7, Buffer.from('k1'), Buffer.from('value-1'))
  builder.append(timestamp + 14, Buffer.from('k2'), Buffer.from('value-2'))
  return builder
}

test('a batch has the bytes that the Java client writes', () => {
  const golden =
    '000000000000000000000061ffffffff02528d8cf9000000000002000001a0c4506c00000001a0c4506c0e' +
    'ffffffffffffffffffffffffffff000000031e000000046b300e76616c75652d30001e000e02046b310e7661' +
    '6c75652d31001e001c04046b320e76616c75652d3200'
  assert.equal(threeRecords().build().toString('hex'), golden)
})

test('the leader assigns offset and epoch without touching the checksum', () => {
  const batch = new RecordBatch(threeRecords().build())
  const crc = batch.crc
  batch.assign(2 ** 40 + 5, 3)
  assert.equal(batch.baseOffset, 2 ** 40 + 5)
  assert.equal(batch.nextOffset, 2 ** 40 + 8)
  assert.equal(batch.partitionLeaderEpoch, 3)
  assert.equal(batch.crc, crc)
  assert.ok(batch.verifyChecksum())
})

test('records that were compressed elsewhere make the same batch', () => {
  const compression = 'zstd'
  const compressedRecords = compress(compression, threeRecords().records)
  const elsewhere = threeRecords().build({ compression, compressedRecords })
  assert.deepEqual(elsewhere, threeRecords().build({ compression }))
})

test('append time is set in place and the checksum follows', () => {
  const batch = new RecordBatch(threeRecords().build({ producerId: 9, baseSequence: 0x7fffffff }))
  batch.setTimestamps('LogAppendTime', timestamp + 1000)
  assert.equal(batch.timestampType, 'LogAppendTime')
  assert.equal(batch.maxTimestamp, timestamp + 1000)
  assert.ok(batch.verifyChecksum())
  assert.equal(batch.lastSequence, 1)
  batch.bytes.writeUInt8(1, 70)
  assert.ok(!batch.verifyChecksum())
})

test('a walk shows whole batches, reports a cut tail and faults', () => {
  const one = Buffer.from(threeRecords().build())
  const walk = new BatchWalk(Buffer.concat([one, one, one.subarray(0, 50)]))
  assert.ok(walk.next())
  assert.equal(walk.batch.recordCount, 3)
  assert.ok(walk.next())
  assert.equal(walk.batch.position, one.length)
  assert.ok(!walk.next())
  assert.equal(walk.position, one.length * 2)
  assert.ok(walk.isCut)

  const damaged = Buffer.concat([one, one])
  damaged[one.length + 16] = 9
  walk.restart(damaged)
  assert.ok(walk.next())
  assert.ok(!walk.next())
  assert.ok(!walk.next())
  assert.deepEqual([walk.fault?.error, walk.fault?.position], ['CORRUPT_MESSAGE', one.length])
})

test('a builder is used again and again', () => {
  const builder = threeRecords()
  const first = Buffer.from(builder.build())
  builder.reset()
  assert.equal(builder.recordCount, 0)
  builder.append(timestamp, null, null, [{ key: 'h', value: null }])
  const second = new RecordBatch(builder.build())
  assert.equal(second.recordCount, 1)
  assert.ok(second.verifyChecksum())
  assert.ok(new RecordBatch(first).verifyChecksum())
})
