// A uuid is a string of 22 letters, equal where the bytes are.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUuid, ONE_UUID, uuidFromBytes, uuidToBytes, ZERO_UUID } from './uuid.ts'

test('uuids go to bytes and back', () => {
  for (const hex of ['00'.repeat(16), 'ff'.repeat(16), '0123456789abcdef0123456789abcdef']) {
    const uuid = uuidFromBytes(Buffer.from(hex, 'hex'))
    assert.ok(isUuid(uuid))
    assert.equal(uuidToBytes(uuid).toString('hex'), hex)
  }
  assert.equal(uuidFromBytes(Buffer.alloc(16)), ZERO_UUID)
  assert.equal(uuidToBytes(ONE_UUID)[15], 1)
})

test('what is no uuid is refused', () => {
  for (const text of ['', 'short', 'A'.repeat(23), `${'A'.repeat(21)}B`, `${'A'.repeat(20)}+/`]) {
    assert.equal(isUuid(text), false)
  }
  assert.throws(() => uuidToBytes('nonsense'), RangeError)
  assert.throws(() => uuidToBytes('!'.repeat(22)), RangeError)
})
