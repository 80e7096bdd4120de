// The quick reader of offset records gives what the codec gives, whatever the bytes.

import assert from 'node:assert/strict'
import test from 'node:test'
import { SeededRandom } from '@samsa/world/simulated'
import type { ReplayedRecord } from '../../coordinators/state-machine.ts'
import type { CommittedOffset } from '../offsets/offset-store.ts'
import { decodeOffsetKey, decodeOffsetValue, offsetRecord } from './offset-records.ts'
import { OffsetReader } from './offset-replay.ts'

function outcome(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error instanceof Error ? error.message : error
  }
}

/** A record whose bytes lie among others. */
function recordOf(key: Buffer, value: Buffer): ReplayedRecord {
  const bytes = Buffer.concat([Buffer.alloc(3, 1), key, value, Buffer.alloc(9, 1)])
  return {
    bytes,
    keyPosition: 3,
    keyLength: key.length,
    valuePosition: 3 + key.length,
    valueLength: value.length,
    key: () => key,
    value: () => value,
  }
}

test('records of every shape, and their mutations, are read as the codec reads them', () => {
  const random = new SeededRandom(5)
  const reader = new OffsetReader()
  const text = (): string => {
    const letters = ['a', 'b', 'ö', '😀', '-']
    const length = [0, 1, 5, 20, 70, 126, 127, 128, 300][random.below(9)] ?? 0
    return Array.from({ length }, () => letters[random.below(letters.length)]).join('')
  }
  for (let i = 0; i < 3_000; i++) {
    const committed: CommittedOffset = {
      offset: random.below(2 ** 31) * random.below(2 ** 20),
      leaderEpoch: random.below(10) - 1,
      metadata: text(),
      commitTimestampMs: 1_700_000_000_000 + random.below(1_000_000),
      expireTimestampMs: random.below(4) === 0 ? 1_800_000_000_000 : -1,
      topicId: random.below(2) === 0 ? undefined : random.bytes(16).toString('base64url'),
      order: i,
    }
    const offsetKey = { groupId: text(), topic: text(), partition: random.below(100) }
    const { key, value } = offsetRecord(offsetKey, committed)
    assert.ok(value !== null)
    const record = recordOf(key, value)
    assert.deepEqual(reader.key(record), offsetKey)
    assert.deepEqual(reader.value(record, i), decodeOffsetValue(value, i))
    const mutate = (bytes: Buffer): Buffer => {
      const mutated = Buffer.from(bytes.subarray(0, bytes.length - random.below(3)))
      mutated[random.below(Math.min(mutated.length, 24))] = random.below(256)
      return mutated
    }
    const badKey = mutate(key)
    const badValue = mutate(value)
    const bad = recordOf(badKey, badValue)
    assert.deepEqual(
      outcome(() => reader.key(bad)),
      outcome(() => decodeOffsetKey(badKey)),
    )
    assert.deepEqual(
      outcome(() => reader.value(bad, i)),
      outcome(() => decodeOffsetValue(badValue, i)),
    )
  }
})
