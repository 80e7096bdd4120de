// What one fetch brought of one partition: whole batches, read record by record when they are asked for.
//
// Invariants: records before the fetch offset (a batch is returned whole) and control batches are left out; under
// read_committed so are the records of aborted transactions: those of a producer from the first offset that the broker
// names up to that producer's abort marker. A damaged batch is an error at its place, never skipped.

import {
  BatchWalk,
  controlTypeOf,
  KafkaError,
  RecordCursor,
  readLegacyRecords,
} from '@samsa/protocol'
import type { StoredRecord } from '@samsa/protocol'

/** A transaction whose records are to be left out. */
export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

/** What a chunk is read with. */
export interface ChunkContext {
  readonly topic: string
  readonly partition: number
  readonly fetchOffset: number
  /** Empty for read_uncommitted. */
  readonly abortedTransactions: readonly AbortedTransaction[]
  readonly verifiesChecksums: boolean
}

/** Takes one record; its memory is valid during the call and as long as the slices of it live. */
export type RecordReader = (record: StoredRecord) => void

/** Batches that wait to be handed out. */
export class FetchedChunk {
  readonly sizeInBytes: number
  /** The first offset after the chunk: where the next fetch begins. */
  readonly nextOffset: number
  /** Leader epoch of the last batch; -1 where it has none. */
  readonly lastLeaderEpoch: number
  readonly #context: ChunkContext
  readonly #walk: BatchWalk
  readonly #cursor = new RecordCursor()
  readonly #aborted: AbortedTransaction[]
  readonly #abortedProducers = new Set<number>()
  #isInside = false
  #offset: number
  /** Nothing behind the damage is read. */
  #damage: KafkaError | undefined
  /** Found, but not handed out yet. */
  #pending: StoredRecord | undefined
  /** Records of magic 0 and 1, which are few today, are read all at once. */
  #legacy: StoredRecord[] = []

  /** `bytes` may end in a batch that is cut off. */
  constructor(bytes: Buffer, context: ChunkContext) {
    this.#context = context
    this.#offset = context.fetchOffset
    this.#aborted = [...context.abortedTransactions].sort((a, b) => a.firstOffset - b.firstOffset)
    let nextOffset = context.fetchOffset
    const walk = new BatchWalk(bytes)
    let lastLeaderEpoch = -1
    while (walk.next()) {
      nextOffset = Math.max(nextOffset, endOf(walk))
      lastLeaderEpoch = walk.magic < 2 ? -1 : walk.batch.partitionLeaderEpoch
    }
    this.lastLeaderEpoch = lastLeaderEpoch
    this.sizeInBytes = walk.position
    this.nextOffset = nextOffset
    this.#walk = walk.restart(bytes)
  }

  /** Leader epoch of the batch that was read last; -1 where it has none. */
  get leaderEpoch(): number {
    const { magic, batch } = this.#walk
    return magic < 2 ? -1 : batch.partitionLeaderEpoch
  }

  /** The offset of a record that was found but not handed out, because it is not before the end that a reader named. */
  get heldBack(): number | undefined {
    return this.#pending?.offset
  }

  /**
   * Hands out up to `most` records before the offset `end`; answers with their number, 0 when there are no more. Throws
   * KafkaError CORRUPT_MESSAGE.
   */
  read(most: number, reader: RecordReader, end: number = Number.POSITIVE_INFINITY): number {
    let count = 0
    while (count < most) {
      const record = this.#pending ?? this.#next()
      if (record === undefined) break
      // A reader that throws meets the same record again.
      this.#pending = record
      if (record.offset >= end) break
      reader(record)
      this.#pending = undefined
      count += 1
      this.#offset = record.offset + 1
    }
    return count
  }

  #next(): StoredRecord | undefined {
    if (this.#damage !== undefined) throw this.#damage
    for (;;) {
      const legacy = this.#legacy[0]
      if (legacy !== undefined) {
        this.#legacy.shift()
        if (legacy.offset >= this.#offset) return legacy
        continue
      }
      if (!this.#isInside && !this.#nextBatch()) return undefined
      if (!this.#isInside) continue
      const cursor = this.#cursor
      if (!cursor.next()) {
        this.#isInside = false
        if (cursor.fault !== undefined) throw this.#damaged(cursor.fault.message)
        continue
      }
      if (cursor.offset < this.#offset) continue
      return {
        offset: cursor.offset,
        timestamp: cursor.timestamp,
        key: cursor.key(),
        value: cursor.value(),
        headers: cursor.headerCount === 0 ? [] : cursor.headers(),
      }
    }
  }

  /** Goes to the next batch; `#isInside` says whether it has records to be read. False at the end. */
  #nextBatch(): boolean {
    const walk = this.#walk
    if (!walk.next()) {
      if (walk.fault !== undefined) throw this.#damaged(walk.fault.message)
      return false
    }
    if (walk.magic < 2) {
      const { batchPosition, position, batch } = walk
      const message = batch.bytes.subarray(batchPosition, position)
      const { records, fault } = readLegacyRecords(message)
      if (fault !== undefined) throw this.#damaged(fault.message)
      this.#legacy = [...records]
      return true
    }
    const { batch } = walk
    if (batch.nextOffset <= this.#offset && !batch.isControl) return true
    if (this.#context.verifiesChecksums && !batch.verifyChecksum()) {
      throw this.#damaged('The checksum of the batch is wrong.')
    }
    if (this.#isLeftOut()) return true
    const fault = this.#cursor.open(batch)
    if (fault !== undefined) throw this.#damaged(fault.message)
    this.#isInside = true
    return true
  }

  #isLeftOut(): boolean {
    const { batch } = this.#walk
    const { producerId } = batch
    for (let first = this.#aborted[0]; first !== undefined; first = this.#aborted[0]) {
      if (first.firstOffset > batch.lastOffset) break
      this.#abortedProducers.add(first.producerId)
      this.#aborted.shift()
    }
    if (batch.isControl) {
      this.#cursor.open(batch)
      if (this.#cursor.next() && controlTypeOf(this.#cursor.key()) === 'abort') {
        this.#abortedProducers.delete(producerId)
      }
      return true
    }
    return batch.isTransactional && this.#abortedProducers.has(producerId)
  }

  #damaged(why: string): KafkaError {
    const { topic, partition } = this.#context
    const message = `${topic}-${partition}, at offset ${this.#offset} or after it: ${why}`
    this.#damage = new KafkaError('CORRUPT_MESSAGE', message)
    return this.#damage
  }
}

/** A set of magic 0 or 1 says the last offset in front. */
function endOf(walk: BatchWalk): number {
  return walk.magic < 2 ? walk.batch.baseOffset + 1 : walk.batch.nextOffset
}
