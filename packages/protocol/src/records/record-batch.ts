/**
 * A view of one record batch of magic 2 where it lies (see `batch-format.ts` for the layout).
 *
 * Invariant: the view never copies and never unpacks records; what it changes are fields of the
 * header, and it leaves the checksum right. It may only be pointed at a batch whose size was
 * checked, as `BatchWalk` does: the accessors read without asking whether the bytes are there.
 */

import { crc32cRange } from '../checksum/crc32c.ts'
import { codecOf } from '../compression/codec.ts'
import type { CompressionCodec } from '../compression/codec.ts'
import {
  APPEND_TIME_FLAG,
  ATTRIBUTES,
  BASE_OFFSET,
  BASE_SEQUENCE,
  BASE_TIMESTAMP,
  BATCH_HEADER_BYTES,
  CODEC_MASK,
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
import { readInt64, writeInt64 } from './int64.ts'
import { incrementSequence } from './sequence.ts'

/** What the timestamps of a batch mean: set by the producer, or by the broker on appending. */
export type TimestampType = 'CreateTime' | 'LogAppendTime'

/** A view of one record batch of magic 2; `at` and `over` point it at another one. */
export class RecordBatch {
  #bytes: Buffer
  #position: number

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes
    this.#position = position
  }

  /** Points this view at the batch that begins at `position` of the same bytes. */
  at(position: number): this {
    this.#position = position
    return this
  }

  /** Points this view at a batch in other bytes. */
  over(bytes: Buffer, position: number): this {
    this.#bytes = bytes
    this.#position = position
    return this
  }

  /** The bytes that the view looks into; the batch is a part of them. */
  get bytes(): Buffer {
    return this.#bytes
  }

  /** Where in `bytes` the batch begins. */
  get position(): number {
    return this.#position
  }

  /** Where in `bytes` the batch ends. */
  get end(): number {
    return this.#position + this.sizeInBytes
  }

  /** The batch as a slice of the bytes it lies in. */
  slice(): Buffer {
    return this.#bytes.subarray(this.#position, this.end)
  }

  /** The records, still compressed if the batch is, as a slice. */
  payload(): Buffer {
    return this.#bytes.subarray(this.#position + BATCH_HEADER_BYTES, this.end)
  }

  get baseOffset(): number {
    return readInt64(this.#bytes, this.#position + BASE_OFFSET)
  }

  /** Bytes of the whole batch, header included. */
  get sizeInBytes(): number {
    return this.#bytes.readInt32BE(this.#position + LENGTH) + LENGTH_OVERHEAD_BYTES
  }

  get partitionLeaderEpoch(): number {
    return this.#bytes.readInt32BE(this.#position + LEADER_EPOCH)
  }

  get magic(): number {
    return this.#bytes.readInt8(this.#position + MAGIC)
  }

  /** The checksum that the header states; `verifyChecksum` tells whether it is true. */
  get crc(): number {
    return this.#bytes.readUInt32BE(this.#position + CRC)
  }

  get attributes(): number {
    return this.#bytes.readInt16BE(this.#position + ATTRIBUTES)
  }

  /** The codec of the records; `undefined` if the attributes name none that exists. */
  get compression(): CompressionCodec | undefined {
    return codecOf(this.attributes & CODEC_MASK)
  }

  get timestampType(): TimestampType {
    return (this.attributes & APPEND_TIME_FLAG) === 0 ? 'CreateTime' : 'LogAppendTime'
  }

  get isTransactional(): boolean {
    return (this.attributes & TRANSACTIONAL_FLAG) !== 0
  }

  get isControl(): boolean {
    return (this.attributes & CONTROL_FLAG) !== 0
  }

  /** Whether the cleaner has set a delete horizon, which then stands in `baseTimestamp`. */
  get hasDeleteHorizon(): boolean {
    return (this.attributes & DELETE_HORIZON_FLAG) !== 0
  }

  get lastOffsetDelta(): number {
    return this.#bytes.readInt32BE(this.#position + LAST_OFFSET_DELTA)
  }

  get lastOffset(): number {
    return this.baseOffset + this.lastOffsetDelta
  }

  /** The first offset after this batch. */
  get nextOffset(): number {
    return this.lastOffset + 1
  }

  /** What the records' timestamp deltas count from; the delete horizon if there is one. */
  get baseTimestamp(): number {
    return readInt64(this.#bytes, this.#position + BASE_TIMESTAMP)
  }

  get maxTimestamp(): number {
    return readInt64(this.#bytes, this.#position + MAX_TIMESTAMP)
  }

  get producerId(): number {
    return readInt64(this.#bytes, this.#position + PRODUCER_ID)
  }

  get producerEpoch(): number {
    return this.#bytes.readInt16BE(this.#position + PRODUCER_EPOCH)
  }

  get baseSequence(): number {
    return this.#bytes.readInt32BE(this.#position + BASE_SEQUENCE)
  }

  /** The sequence number of the last record, −1 if the batch has none. */
  get lastSequence(): number {
    const baseSequence = this.baseSequence
    return baseSequence === NONE ? NONE : incrementSequence(baseSequence, this.lastOffsetDelta)
  }

  /** Whether an idempotent producer wrote the batch. */
  get hasProducerId(): boolean {
    return this.producerId > NONE
  }

  get recordCount(): number {
    return this.#bytes.readInt32BE(this.#position + RECORD_COUNT)
  }

  /** Whether each 64-bit field of the header is read exactly; a peer may send what is not. */
  get hasSafeIntegers(): boolean {
    return (
      Number.isSafeInteger(this.baseOffset) &&
      Number.isSafeInteger(this.baseTimestamp) &&
      Number.isSafeInteger(this.maxTimestamp) &&
      Number.isSafeInteger(this.producerId)
    )
  }

  /** Whether the bytes from the attributes to the end have the checksum that the header states. */
  verifyChecksum(): boolean {
    return this.#checksum() === this.crc
  }

  /** The leader assigns both; neither is under the checksum, so nothing needs recomputing. */
  assign(baseOffset: number, leaderEpoch: number): void {
    writeInt64(this.#bytes, baseOffset, this.#position + BASE_OFFSET)
    this.#bytes.writeInt32BE(leaderEpoch, this.#position + LEADER_EPOCH)
  }

  /**
   * Sets the timestamp type and the max timestamp (under LogAppendTime that is the append time and
   * counts for every record), and the checksum with them. Does nothing if both stand there already.
   */
  setTimestamps(timestampType: TimestampType, maxTimestamp: number): void {
    if (this.timestampType === timestampType && this.maxTimestamp === maxTimestamp) return
    const flag = timestampType === 'LogAppendTime' ? APPEND_TIME_FLAG : 0
    const attributes = (this.attributes & ~APPEND_TIME_FLAG) | flag
    this.#bytes.writeInt16BE(attributes, this.#position + ATTRIBUTES)
    writeInt64(this.#bytes, maxTimestamp, this.#position + MAX_TIMESTAMP)
    this.#bytes.writeUInt32BE(this.#checksum(), this.#position + CRC)
  }

  #checksum(): number {
    return crc32cRange(this.#bytes, this.#position + ATTRIBUTES, this.end)
  }
}
