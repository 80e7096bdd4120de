/**
 * Builds record batches of magic 2: records are written one after the other into memory that is
 * reused from batch to batch, the header in front of them at the end.
 *
 * Invariant: between `reset` and `build` the buffer holds 61 free bytes and then whole records;
 * appending allocates nothing but, now and then, a larger buffer.
 */

import { crc32cRange } from '../checksum/crc32c.ts'
import { codecId } from '../compression/codec.ts'
import type { CompressionCodec } from '../compression/codec.ts'
import { compress } from '../compression/compress.ts'
import {
  APPEND_TIME_FLAG,
  ATTRIBUTES,
  BASE_OFFSET,
  BASE_SEQUENCE,
  BASE_TIMESTAMP,
  BATCH_HEADER_BYTES,
  CONTROL_FLAG,
  CRC,
  DELETE_HORIZON_FLAG,
  LAST_OFFSET_DELTA,
  LEADER_EPOCH,
  LENGTH,
  LENGTH_OVERHEAD_BYTES,
  MAGIC,
  MAX_TIMESTAMP,
  NONE,
  PRODUCER_EPOCH,
  PRODUCER_ID,
  RECORD_COUNT,
  TRANSACTIONAL_FLAG,
} from './batch-format.ts'
import { writeInt64 } from './int64.ts'
import type { TimestampType } from './record-batch.ts'
import { varintBytes, writeVarint, writeVarlong } from './varint.ts'

/** One header of a record. */
export interface RecordHeader {
  readonly key: string
  readonly value: Buffer | null
}

/** Everything in a batch's header that does not follow from its records. */
export interface BatchOptions {
  /** Default 0: what a producer sends, the leader assigns the real one. */
  readonly baseOffset?: number
  /** Default −1, as a producer sends it. */
  readonly partitionLeaderEpoch?: number
  /** Default `none`. */
  readonly compression?: CompressionCodec
  /** The codec's own level, where it has levels (gzip 1-9, zstd −131072-22, lz4 none). */
  readonly compressionLevel?: number
  /** The records as `compression` leaves them, where somebody has compressed them already. */
  readonly compressedRecords?: Uint8Array
  /** Default CreateTime. */
  readonly timestampType?: TimestampType
  /** Default: the largest timestamp appended. */
  readonly maxTimestamp?: number
  /** Default −1: not idempotent. */
  readonly producerId?: number
  /** Default −1. */
  readonly producerEpoch?: number
  /** Default −1. */
  readonly baseSequence?: number
  readonly isTransactional?: boolean
  readonly isControl?: boolean
  /** The base timestamp given to `reset` is the cleaner's delete horizon. */
  readonly hasDeleteHorizon?: boolean
  /** Default: the last record's; larger when compaction removed the batch's last records. */
  readonly lastOffsetDelta?: number
}

const NO_HEADERS: readonly RecordHeader[] = []

/** The varints of a record without headers' lengths, at their longest: see `upperBound`. */
const MAX_RECORD_OVERHEAD_BYTES = 5 + 1 + 10 + 5 + 5 + 5 + 5

/** The varint of −1. */
const NULL_LENGTH = 1

/** Below this many bytes a loop copies faster than a call. */
const LOOP_COPY_BYTES = 12

/** Builds record batches of magic 2. */
export class BatchBuilder {
  #bytes: Buffer
  #end = BATCH_HEADER_BYTES
  #recordCount = 0
  #lastOffsetDelta = -1
  #baseTimestamp = NONE
  #hasBaseTimestamp = false
  #maxTimestamp = NONE

  /** `capacityBytes`: how much memory to begin with; it grows by doubling. */
  constructor(capacityBytes = 16384) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(capacityBytes, BATCH_HEADER_BYTES))
  }

  /** The most bytes that one record without headers can take, for accumulators. */
  static upperBound(keyBytes: number, valueBytes: number): number {
    return MAX_RECORD_OVERHEAD_BYTES + keyBytes + valueBytes
  }

  /** Records appended since the last `reset`. */
  get recordCount(): number {
    return this.#recordCount
  }

  /** Bytes of the batch as it stands, header included, not compressed. */
  get sizeInBytes(): number {
    return this.#end
  }

  /** The records as they stand, not compressed; good until the next `reset` or `append`. */
  get records(): Buffer {
    return this.#bytes.subarray(BATCH_HEADER_BYTES, this.#end)
  }

  /** The largest timestamp appended, −1 if none. */
  get maxTimestamp(): number {
    return this.#maxTimestamp
  }

  /**
   * Empties the builder and keeps its memory. `baseTimestamp` is what timestamp deltas count from;
   * by default the first record's timestamp.
   */
  reset(baseTimestamp?: number): this {
    this.#end = BATCH_HEADER_BYTES
    this.#recordCount = 0
    this.#lastOffsetDelta = -1
    this.#baseTimestamp = baseTimestamp ?? NONE
    this.#hasBaseTimestamp = baseTimestamp !== undefined
    this.#maxTimestamp = NONE
    return this
  }

  /**
   * Appends one record. `offsetDelta` is one more than the last record's by default; only what
   * compaction left has gaps. Key and value are copied.
   */
  append(
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly RecordHeader[] = NO_HEADERS,
    offsetDelta = this.#lastOffsetDelta + 1,
  ): void {
    if (!this.#hasBaseTimestamp) this.#setBaseTimestamp(timestamp)
    const keyBytes = key === null ? 0 : key.length
    const valueBytes = value === null ? 0 : value.length
    const headerBytes = headers.length === 0 ? 1 : sizeOfHeaders(headers)
    const start = this.#end
    // The length stands in front of what it counts, so its own size is guessed; that is wrong only
    // when the other varints carry the record over a boundary.
    const leastLength = keyBytes + valueBytes + headerBytes + 5
    const guessedBytes = varintBytes(leastLength)
    const bytes = this.#room(start + leastLength + MAX_RECORD_OVERHEAD_BYTES)
    let at = start + guessedBytes
    bytes[at] = 0
    at = writeVarlong(bytes, timestamp - this.#baseTimestamp, at + 1)
    at = writeVarint(bytes, offsetDelta, at)
    if (key === null) bytes[at++] = NULL_LENGTH
    else at = copyInto(bytes, key, keyBytes, writeVarint(bytes, keyBytes, at))
    if (value === null) bytes[at++] = NULL_LENGTH
    else at = copyInto(bytes, value, valueBytes, writeVarint(bytes, valueBytes, at))
    if (headers.length === 0) bytes[at++] = 0
    else at = writeHeaders(bytes, headers, at)
    const length = at - start - guessedBytes
    const lengthBytes = varintBytes(length)
    if (lengthBytes !== guessedBytes) {
      bytes.copyWithin(start + lengthBytes, start + guessedBytes, at)
      at += lengthBytes - guessedBytes
    }
    writeVarint(bytes, length, start)
    this.#end = at
    this.#recordCount += 1
    this.#lastOffsetDelta = offsetDelta
    if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp
  }

  /**
   * Finishes the batch. Uncompressed, the answer lies in the builder's own memory and is good until
   * the next `reset` or `append`; compressed, it is a buffer of its own.
   */
  build(options: BatchOptions = {}): Buffer {
    const compression = options.compression ?? 'none'
    let batch = this.#bytes.subarray(0, this.#end)
    if (compression !== 'none' && this.#recordCount > 0) {
      const payload =
        options.compressedRecords ?? compress(compression, this.records, options.compressionLevel)
      batch = Buffer.allocUnsafeSlow(BATCH_HEADER_BYTES + payload.length)
      batch.set(payload, BATCH_HEADER_BYTES)
    }
    this.#writeHeader(batch, compression, options)
    return batch
  }

  #writeHeader(batch: Buffer, compression: CompressionCodec, options: BatchOptions): void {
    const attributes =
      (this.#recordCount > 0 ? codecId(compression) : 0) |
      (options.timestampType === 'LogAppendTime' ? APPEND_TIME_FLAG : 0) |
      (options.isTransactional === true ? TRANSACTIONAL_FLAG : 0) |
      (options.isControl === true ? CONTROL_FLAG : 0) |
      (options.hasDeleteHorizon === true ? DELETE_HORIZON_FLAG : 0)
    writeInt64(batch, options.baseOffset ?? 0, BASE_OFFSET)
    batch.writeInt32BE(batch.length - LENGTH_OVERHEAD_BYTES, LENGTH)
    batch.writeInt32BE(options.partitionLeaderEpoch ?? NONE, LEADER_EPOCH)
    batch.writeInt8(2, MAGIC)
    batch.writeInt16BE(attributes, ATTRIBUTES)
    batch.writeInt32BE(options.lastOffsetDelta ?? this.#lastOffsetDelta, LAST_OFFSET_DELTA)
    writeInt64(batch, this.#baseTimestamp, BASE_TIMESTAMP)
    writeInt64(batch, options.maxTimestamp ?? this.#maxTimestamp, MAX_TIMESTAMP)
    writeInt64(batch, options.producerId ?? NONE, PRODUCER_ID)
    batch.writeInt16BE(options.producerEpoch ?? NONE, PRODUCER_EPOCH)
    batch.writeInt32BE(options.baseSequence ?? NONE, BASE_SEQUENCE)
    batch.writeInt32BE(this.#recordCount, RECORD_COUNT)
    batch.writeUInt32BE(crc32cRange(batch, ATTRIBUTES, batch.length), CRC)
  }

  #setBaseTimestamp(timestamp: number): void {
    this.#baseTimestamp = timestamp
    this.#hasBaseTimestamp = true
  }

  #room(end: number): Buffer {
    return end <= this.#bytes.length ? this.#bytes : this.#grow(end)
  }

  #grow(end: number): Buffer {
    const larger = Buffer.allocUnsafeSlow(Math.max(end, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#end)
    this.#bytes = larger
    return larger
  }
}

function copyInto(bytes: Buffer, source: Uint8Array, length: number, position: number): number {
  if (length < LOOP_COPY_BYTES) {
    for (let i = 0; i < length; i++) bytes[position + i] = source[i] as number
  } else {
    bytes.set(source, position)
  }
  return position + length
}

function sizeOfHeaders(headers: readonly RecordHeader[]): number {
  let size = varintBytes(headers.length)
  for (const { key, value } of headers) {
    const keyBytes = Buffer.byteLength(key)
    size += varintBytes(keyBytes) + keyBytes
    size += value === null ? 1 : varintBytes(value.length) + value.length
  }
  return size
}

function writeHeaders(bytes: Buffer, headers: readonly RecordHeader[], position: number): number {
  let at = writeVarint(bytes, headers.length, position)
  for (const { key, value } of headers) {
    at = writeVarint(bytes, Buffer.byteLength(key), at)
    at += bytes.write(key, at)
    at = writeVarint(bytes, value === null ? -1 : value.length, at)
    if (value !== null) at = copyInto(bytes, value, value.length, at)
  }
  return at
}
