/** Transaction markers as Kafka writes them. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildTransactionMarker, controlTypeOf, coordinatorEpochOf } from './control-record.ts'
import { readRecords } from './read-records.ts'
import { RecordBatch } from './record-batch.ts'

test('an abort marker has the bytes that a Kafka broker writes', () => {
  const bytes = buildTransactionMarker({
    type: 'abort',
    producerId: 4711,
    producerEpoch: 7,
    coordinatorEpoch: 12,
    timestamp: 1790000000000,
  })
  new RecordBatch(bytes).assign(88, 5)
  assert.equal(
    bytes.toString('hex'),
    '0000000000000058000000420000000502af7e17a4003000000000000001a0c4506c00000001a0c4506c00' +
      '00000000000012670007ffffffff000000012000000008000000000c00000000000c00',
  )
})

test('a marker is read back, and a type nobody knows yet is told apart from nonsense', () => {
  const bytes = buildTransactionMarker({
    type: 'commit',
    producerId: 1,
    producerEpoch: 0,
    coordinatorEpoch: -1,
    timestamp: 5,
  })
  const batch = new RecordBatch(bytes)
  assert.ok(batch.isControl && batch.isTransactional)
  const [record] = readRecords(batch).records
  assert.equal(controlTypeOf(record?.key ?? null), 'commit')
  assert.equal(coordinatorEpochOf(record?.value ?? null), -1)
  assert.equal(controlTypeOf(Buffer.from('00000063', 'hex')), 'unknown')
  assert.equal(controlTypeOf(Buffer.from('0000', 'hex')), undefined)
  assert.equal(coordinatorEpochOf(null), undefined)
})
