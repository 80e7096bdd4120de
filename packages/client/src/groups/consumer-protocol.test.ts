// What members tell each other, in all versions, and what becomes of nonsense.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProtocolError } from '@samsa/protocol'
import {
  readClaim,
  readGeneration,
  writeClaim,
  writeGeneration,
} from './assignors/sticky-user-data.ts'
import {
  readAssignment,
  readSubscription,
  writeAssignment,
  writeSubscription,
} from './consumer-protocol.ts'

const owned = [
  { topic: 'a', partition: 0 },
  { topic: 'a', partition: 2 },
  { topic: 'b', partition: 1 },
]
const whole = {
  topics: ['a', 'b'],
  owned,
  generationId: 7,
  rackId: 'east',
  userData: Buffer.from('x'),
}

test('each version of a subscription tells what it has', () => {
  const known = { ...whole, rackId: undefined, generationId: -1, owned: [] as typeof owned }
  const expected = [known, { ...known, owned }, { ...known, owned, generationId: 7 }, whole]
  for (const [version, subscription] of expected.entries()) {
    assert.deepEqual(readSubscription(writeSubscription(whole, version)), subscription)
  }
})

test('a version to come is read as far as we know it', () => {
  const bytes = Buffer.concat([writeSubscription(whole), Buffer.from([1, 2, 3])])
  bytes.writeInt16BE(9)
  assert.deepEqual(readSubscription(bytes), whole)
})

test('an assignment comes back; no bytes are no partitions', () => {
  for (const version of [0, 1, 2, 3]) {
    assert.deepEqual(readAssignment(writeAssignment(owned, version)), owned)
  }
  assert.deepEqual(readAssignment(Buffer.alloc(0)), [])
})

test('sticky members tell what they had, and Java reads it', () => {
  const bytes = Buffer.from(writeClaim(owned, 5))
  const java = '000000020001610000000200000000000000020001620000000100000001' + '00000005'
  assert.equal(bytes.toString('hex'), java)
  assert.deepEqual(readClaim(bytes), { partitions: owned, generation: 5 })
  // The first version had no generation.
  const { generation } = readClaim(bytes.subarray(0, -4))
  assert.equal(generation, undefined)
  assert.equal(readGeneration(writeGeneration(5)), 5)
  assert.equal(readGeneration(Buffer.alloc(2)), -1)
})

test('nonsense is an error or nothing, never a hang', () => {
  let state = 7
  const byte = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state >>> 24
  }
  const samples = [writeSubscription(whole), writeAssignment(owned), writeClaim(owned, 5)]
  for (let round = 0; round < 3000; round++) {
    const sample = samples[round % samples.length] ?? Buffer.alloc(0)
    const bytes = Buffer.from(sample.subarray(0, round % 3 === 0 ? byte() : undefined))
    for (let flips = byte() % 4; flips > 0 && bytes.length > 0; flips--) {
      bytes[byte() % bytes.length] = byte()
    }
    for (const read of [readSubscription, readAssignment]) {
      try {
        read(bytes)
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error))
      }
    }
    readClaim(bytes)
  }
})
