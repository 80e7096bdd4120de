/** What a leader accepts from clients, and how it refuses the rest. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchBuilder } from './batch-builder.ts'
import type { BatchOptions } from './batch-builder.ts'
import { rebuildBatch } from './convert.ts'
import { readRecords } from './read-records.ts'
import { RecordBatch } from './record-batch.ts'
import { isBatchFault, validateClientBatches } from './validate.ts'
import type { ClientBatchFault, ClientBatchRules, ValidClientBatch } from './validate.ts'

const nowMs = 1790000000000
const rules: ClientBatchRules = { maxMessageBytes: 1_000_000, nowMs }

interface Plain {
  key?: string | null
  timestamp?: number
  offsetDelta?: number
}

function batchOf(records: readonly Plain[], options: BatchOptions = {}): Buffer {
  const builder = new BatchBuilder()
  for (const { key = 'k', timestamp = nowMs, offsetDelta } of records) {
    const bytes = key === null ? null : Buffer.from(key)
    builder.append(timestamp, bytes, Buffer.from('v'), undefined, offsetDelta)
  }
  return builder.build(options)
}

function accepted(bytes: Buffer, more: Partial<ClientBatchRules> = {}): ValidClientBatch {
  const answer = validateClientBatches(bytes, { ...rules, ...more })
  assert.ok(!isBatchFault(answer), JSON.stringify(answer))
  return answer
}

function refused(bytes: Buffer, more: Partial<ClientBatchRules> = {}): ClientBatchFault {
  const answer = validateClientBatches(bytes, { ...rules, ...more })
  assert.ok(isBatchFault(answer), JSON.stringify(answer))
  return answer
}

test('a good batch is accepted with what the leader needs to know of it', () => {
  const bytes = batchOf([{}, { timestamp: nowMs + 5 }, { timestamp: nowMs + 5 }])
  assert.deepEqual(accepted(bytes), {
    batchCount: 1,
    validBytes: bytes.length,
    recordCount: 3,
    maxTimestamp: nowMs + 5,
    offsetDeltaOfMaxTimestamp: 1,
    needsRebuild: false,
  })
})

test('a batch larger than max.message.bytes is refused before its checksum is computed', () => {
  const bytes = batchOf([{}])
  bytes[66] = 99
  assert.equal(refused(bytes, { maxMessageBytes: bytes.length - 1 }).error, 'MESSAGE_TOO_LARGE')
  assert.equal(refused(bytes).error, 'CORRUPT_MESSAGE')
})

for (const compression of ['none', 'lz4'] as const) {
  test(`${compression}: a compacted topic names each record without a key`, () => {
    const bytes = batchOf([{}, { key: null }, {}, { key: null }], { compression })
    accepted(bytes)
    const { error, recordErrors } = refused(bytes, { isCompacted: true })
    assert.equal(error, 'INVALID_RECORD')
    assert.deepEqual(
      recordErrors?.map(({ recordIndex }) => recordIndex),
      [1, 3],
    )
  })

  test(`${compression}: timestamps must lie within the topic's limits`, () => {
    const early = batchOf([{}, { timestamp: nowMs - 101 }], { compression })
    const late = batchOf([{}, { timestamp: nowMs + 101 }], { compression })
    const limits = { timestampBeforeMaxMs: 100, timestampAfterMaxMs: 100 }
    accepted(early, { timestampBeforeMaxMs: 101, recordChecks: 'cheap' })
    accepted(early, { ...limits, timestampType: 'LogAppendTime' })
    assert.equal(refused(early, limits).error, 'INVALID_TIMESTAMP')
    assert.equal(refused(late, limits).error, 'INVALID_TIMESTAMP')
    assert.equal(refused(late, { timestampAfterMaxMs: 100 }).error, 'INVALID_TIMESTAMP')
    accepted(batchOf([{ timestamp: -1 }], { compression }), limits)
  })
}

test('only a topic of append time minds a batch that claims append time', () => {
  const bytes = batchOf([{}], { timestampType: 'LogAppendTime' })
  const { maxTimestamp } = accepted(bytes)
  const batch = new RecordBatch(bytes)
  batch.setTimestamps('CreateTime', maxTimestamp)
  assert.ok(batch.verifyChecksum())
  batch.setTimestamps('LogAppendTime', nowMs)
  assert.equal(refused(bytes, { timestampType: 'LogAppendTime' }).error, 'INVALID_TIMESTAMP')
})

test('zstd is refused where the version of the request does not know it', () => {
  const bytes = batchOf([{}], { compression: 'zstd' })
  accepted(bytes)
  assert.equal(refused(bytes, { allowsZstd: false }).error, 'UNSUPPORTED_COMPRESSION_TYPE')
})

test('compressed records with gaps are flagged, and rebuilt without them', () => {
  const bytes = batchOf([{ key: 'a' }, { key: 'b', offsetDelta: 5 }], {
    compression: 'gzip',
    lastOffsetDelta: 1,
    producerId: 7,
    producerEpoch: 1,
    baseSequence: 3,
  })
  assert.ok(accepted(bytes).needsRebuild)
  const rebuilt = rebuildBatch(new RecordBatch(bytes), { compression: 'zstd' })
  assert.ok(Buffer.isBuffer(rebuilt))
  const batch = new RecordBatch(rebuilt)
  assert.equal(batch.compression, 'zstd')
  assert.deepEqual([batch.producerId, batch.producerEpoch, batch.baseSequence], [7, 1, 3])
  assert.deepEqual(
    readRecords(batch).records.map(({ offset, key }) => [offset, key?.toString()]),
    [
      [0, 'a'],
      [1, 'b'],
    ],
  )
  assert.ok(!accepted(rebuilt).needsRebuild)
})

test('damage inside a compressed batch is found unless the checks are to be cheap', () => {
  const bytes = batchOf([{}, {}, {}], { compression: 'zstd' })
  bytes.fill(0xff, 65, 75)
  assert.equal(refused(withChecksum(bytes)).error, 'UNKNOWN_SERVER_ERROR')
  accepted(bytes, { recordChecks: 'cheap' })
})

test('a compressed batch that would unpack to too much is refused', () => {
  const builder = new BatchBuilder()
  builder.append(nowMs, null, Buffer.alloc(10_000_000))
  const bytes = builder.build({ compression: 'zstd' })
  assert.equal(refused(bytes, { maxPayloadBytes: 1_000_000 }).error, 'MESSAGE_TOO_LARGE')
  accepted(bytes)
})

test('numbers beyond 2^53 are refused, not rounded', () => {
  const bytes = batchOf([{}], { producerId: 1, baseSequence: 0 })
  bytes.writeInt32BE(0x7fffffff, 43)
  assert.equal(refused(withChecksum(bytes)).error, 'INVALID_RECORD')
  const wide = batchOf([{}])
  wide.writeInt32BE(0x7fffffff, 27)
  assert.equal(refused(withChecksum(wide)).error, 'INVALID_TIMESTAMP')
})

/** Repairs the checksum of a batch of create time after its header was changed. */
function withChecksum(bytes: Buffer): Buffer {
  const batch = new RecordBatch(bytes)
  const { maxTimestamp } = batch
  batch.setTimestamps('LogAppendTime', maxTimestamp)
  batch.setTimestamps('CreateTime', maxTimestamp)
  return bytes
}
