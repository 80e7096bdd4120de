// What a reader sees of fetched bytes: cut batches, batches begun before the offset, transactions, damage.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BatchOptions, BatchBuilder, buildTransactionMarker } from '@samsa/protocol'
import { type AbortedTransaction, FetchedChunk } from './fetched-chunk.ts'

/** Batches one after the other, as a leader has put them into its log. */
class Log {
  #bytes = Buffer.alloc(0)
  #nextOffset = 0

  add(values: readonly string[], options: BatchOptions = {}): this {
    const builder = new BatchBuilder()
    for (const value of values) builder.append(1, null, Buffer.from(value))
    return this.#put(Buffer.from(builder.build(options)), values.length)
  }

  end(producerId: number, type: 'commit' | 'abort'): this {
    const place = { producerEpoch: 0, coordinatorEpoch: 0, timestamp: 1 }
    return this.#put(buildTransactionMarker({ type, producerId, ...place }), 1)
  }

  #put(batch: Buffer, count: number): this {
    batch.writeBigInt64BE(BigInt(this.#nextOffset))
    this.#nextOffset += count
    this.#bytes = Buffer.concat([this.#bytes, batch])
    return this
  }

  chunk(fetchOffset = 0, abortedTransactions: readonly AbortedTransaction[] = [], cut = 0) {
    const bytes = this.#bytes.subarray(0, this.#bytes.length - cut)
    const place = { topic: 't', partition: 3, fetchOffset, verifiesChecksums: true }
    return new FetchedChunk(bytes, { ...place, abortedTransactions })
  }

  damage(position: number): this {
    this.#bytes[position] = (this.#bytes[position] ?? 0) ^ 1
    return this
  }
}

function read(chunk: FetchedChunk, most = 100): string {
  const seen: string[] = []
  chunk.read(most, ({ offset, value }) => seen.push(`${offset}${value?.toString()}`))
  return seen.join(' ')
}

test('a batch that begins before the offset is read from the offset on', () => {
  const log = new Log().add(['a', 'b', 'c'], { compression: 'gzip' }).add(['d'])
  const chunk = log.chunk(1)
  assert.equal(chunk.nextOffset, 4)
  assert.deepEqual([read(chunk, 2), read(chunk, 2), read(chunk)], ['1b 2c', '3d', ''])
})

test('a batch that is cut off is fetched again', () => {
  const chunk = new Log().add(['a']).add(['b']).chunk(0, [], 1)
  assert.equal(chunk.nextOffset, 1)
  assert.equal(read(chunk), '0a')
})

test('records of aborted transactions are left out, and only those', () => {
  const one = { producerId: 1, producerEpoch: 0, baseSequence: 0, isTransactional: true }
  const two = { ...one, producerId: 2 }
  const log = new Log()
    .add(['plain'])
    .add(['a'], one)
    .add(['b'], two)
    .end(1, 'abort')
    .add(['c'], one)
    .end(2, 'commit')
    .end(1, 'commit')
  const aborted = [{ producerId: 1, firstOffset: 1 }]
  assert.equal(read(log.chunk(0, aborted)), '0plain 2b 4c')
  assert.equal(read(log.chunk(0)), '0plain 1a 2b 4c')
  // The chunk begins inside the transaction that was aborted.
  assert.equal(read(log.chunk(2, aborted)), '2b 4c')
  assert.equal(log.chunk().nextOffset, 7)
})

test('damage is an error at its place, each time it is met', () => {
  const chunk = new Log().add(['a']).add(['b']).damage(136).chunk()
  assert.equal(read(chunk, 1), '0a')
  const problem = { name: 'CORRUPT_MESSAGE', message: /^t-3, at offset 1/ }
  assert.throws(() => read(chunk), problem)
  assert.throws(() => read(chunk), problem)
})

test('a record that the reader cannot take is met again', () => {
  const chunk = new Log().add(['a', 'b']).chunk()
  const fail = () => {
    throw new Error('no')
  }
  assert.throws(() => chunk.read(5, fail), /no/)
  assert.throws(() => chunk.read(5, fail), /no/)
  assert.equal(read(chunk), '0a 1b')
})
