// What counts as read, and where a group goes on after it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupOf, nextOffsets } from './sent-offsets.ts'

test('a group goes on behind the record or the batch that was read', () => {
  const record = { topic: 't', partition: 1, offset: 41 }
  assert.deepEqual(nextOffsets(record), [{ topic: 't', partition: 1, offset: 42 }])
  const records = [{ ...record, offset: 8 }, record]
  const batch = { topic: 't', partition: 1, records }
  assert.deepEqual(nextOffsets(batch), [{ topic: 't', partition: 1, offset: 42 }])
  assert.deepEqual(nextOffsets({ ...batch, records: [] }), [])
})

test('a list says itself where to go on', () => {
  const list = [{ topic: 't', partition: 1, offset: 42, metadata: 'm' }]
  assert.equal(nextOffsets(list), list)
})

test('a consumer is asked who it is', () => {
  const metadata = { groupId: 'g', generationId: 3, memberId: 'm', groupInstanceId: null }
  assert.equal(groupOf(metadata), metadata)
  assert.equal(groupOf({ groupMetadata: () => metadata }), metadata)
})
