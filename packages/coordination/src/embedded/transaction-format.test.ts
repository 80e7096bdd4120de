// The journal's records: what is written is read back, and bytes that are none give an answer, not a crash.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '@samsa/world/simulated'
import type { Transaction } from '../tree/transaction.ts'
import { ByteReader } from '../bytes/byte-reader.ts'
import { ByteWriter } from '../bytes/byte-writer.ts'
import { readTransaction, writeTransaction } from './transaction-format.ts'

const transactions: readonly Transaction[] = [
  { kind: 'end-all-sessions' },
  { kind: 'end-session', sessionId: 'ab12' },
  { kind: 'multi', sessionId: '', operations: [] },
  {
    kind: 'multi',
    sessionId: 'ab12',
    operations: [
      { kind: 'create', path: '/ä', data: Buffer.from('one'), ephemeral: false },
      { kind: 'create', path: '/b/c', data: Buffer.alloc(0), ephemeral: true },
      { kind: 'set', path: '/', data: Buffer.alloc(5000, 7), version: -1 },
      { kind: 'delete', path: '/x', version: 3 },
      { kind: 'check', path: '/y', version: 2 ** 31 - 1 },
    ],
  },
]

test('a transaction is read as it was written', () => {
  const writer = new ByteWriter()
  for (const transaction of transactions) {
    const bytes = writeTransaction(writer, transaction)
    assert.deepEqual(readTransaction(new ByteReader().over(bytes)), transaction)
  }
})

test('a transaction that is cut off or goes on is refused', () => {
  const writer = new ByteWriter()
  for (const transaction of transactions) {
    const bytes = Buffer.from(writeTransaction(writer, transaction))
    for (let length = 0; length < Math.min(bytes.length, 100); length++) {
      assert.equal(readTransaction(new ByteReader().over(bytes, 0, length)), undefined)
    }
    const longer = Buffer.concat([bytes, Buffer.alloc(1)])
    assert.equal(readTransaction(new ByteReader().over(longer)), undefined)
  }
})

test('changed bytes give a transaction or nothing', () => {
  const random = new SeededRandom(3)
  const writer = new ByteWriter()
  for (let i = 0; i < 20_000; i++) {
    const transaction = transactions[random.below(transactions.length)]
    assert.ok(transaction !== undefined)
    const bytes = Buffer.from(writeTransaction(writer, transaction))
    for (let n = random.below(4); n >= 0; n--) bytes[random.below(bytes.length)] = random.below(256)
    const read = readTransaction(new ByteReader().over(bytes))
    assert.ok(read === undefined || typeof read.kind === 'string')
  }
})
