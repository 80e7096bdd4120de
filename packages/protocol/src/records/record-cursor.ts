/**
 * Walks the records of one batch of magic 2 without allocating anything per record.
 *
 *   varint   length of all that follows
 *   int8     attributes, unused
 *   varlong  timestamp delta, from the batch's base timestamp
 *   varint   offset delta, from the batch's base offset
 *   varint   key length, −1: null; then the key
 *   varint   value length, −1: null; then the value
 *   varint   header count; each: varint key length, key (UTF-8), varint value length, value
 *
 * Invariant: a record is shown only if it fills its stated length exactly, headers included, and
 * the last one only if no bytes follow it. What breaks this ends the walk with a fault.
 */

import { decompress } from '../compression/decompress.ts'
import { fault } from './batch-fault.ts'
import type { BatchErrorName, BatchFault } from './batch-fault.ts'
import { BATCH_HEADER_BYTES } from './batch-format.ts'
import type { RecordHeader } from './batch-builder.ts'
import type { RecordBatch } from './record-batch.ts'

/** The largest payload that `open` unpacks unless told otherwise. */
export const DEFAULT_MAX_PAYLOAD_BYTES = 128 * 1024 * 1024

const NO_BYTES = Buffer.alloc(0)

/** `while (cursor.next()) …`, then ask `cursor.fault`. One cursor serves many batches. */
export class RecordCursor {
  #bytes: Buffer = NO_BYTES
  #end = 0
  /** Where the next byte is read. */
  #at = 0
  #recordCount = 0
  #recordIndex = -1
  #batchPosition = 0
  #baseOffset = 0
  #baseTimestamp = 0
  #appendTime = -1
  #fault: BatchFault | undefined
  /** A varint went beyond 5 or 10 bytes. */
  #isOverlong = false

  #position = 0
  #attributes = 0
  #timestampDelta = 0
  #offsetDelta = 0
  #keyPosition = 0
  #keyLength = -1
  #valuePosition = 0
  #valueLength = -1
  #headerCount = 0
  #headersPosition = 0

  /**
   * Begins at a batch; its payload is unpacked first if it is compressed, which fails if it is
   * damaged or takes more than `maxPayloadBytes`. Returns the fault, after which `next` says no.
   */
  open(batch: RecordBatch, maxPayloadBytes = DEFAULT_MAX_PAYLOAD_BYTES): BatchFault | undefined {
    this.#batchPosition = batch.position
    this.#baseOffset = batch.baseOffset
    this.#baseTimestamp = batch.baseTimestamp
    this.#appendTime = batch.timestampType === 'LogAppendTime' ? batch.maxTimestamp : -1
    this.#recordCount = batch.recordCount
    this.#recordIndex = -1
    this.#fault = undefined
    const { compression } = batch
    if (compression === undefined) {
      return this.#fail('UNKNOWN_SERVER_ERROR', `There is no codec ${batch.attributes & 7}.`)
    }
    if (this.#recordCount < 0) {
      return this.#fail('INVALID_RECORD', `The batch's record count is ${this.#recordCount}.`)
    }
    if (compression === 'none') {
      this.#bytes = batch.bytes
      this.#at = batch.position + BATCH_HEADER_BYTES
      this.#end = batch.end
      return undefined
    }
    const payload = batch.payload()
    if (this.#recordCount === 0 && payload.length === 0) return undefined
    const plain = decompress(compression, payload, maxPayloadBytes)
    if (!Buffer.isBuffer(plain)) {
      const name = plain.kind === 'too-large' ? 'MESSAGE_TOO_LARGE' : 'UNKNOWN_SERVER_ERROR'
      return this.#fail(name, plain.message)
    }
    this.#bytes = plain
    this.#at = 0
    this.#end = plain.length
    return undefined
  }

  /** Goes to the next record. False after the last one and at a fault. */
  next(): boolean {
    const index = this.#recordIndex + 1
    if (index >= this.#recordCount || this.#fault !== undefined) return false
    const length = this.#varint()
    const start = this.#at
    const recordEnd = start + length
    if (this.#isOverlong) {
      // Java's reader of the length throws what its broker does not expect here.
      return this.#failAt('UNKNOWN_SERVER_ERROR', 'its length is an overlong varint')
    }
    if (length <= 0 || recordEnd > this.#end) {
      return this.#failAt('INVALID_RECORD', `its length is ${length}`)
    }
    this.#attributes = this.#bytes[start] ?? 0
    this.#at = start + 1
    this.#timestampDelta = this.#varlong()
    this.#offsetDelta = this.#varint()
    this.#keyLength = this.#varint()
    this.#keyPosition = this.#at
    if (this.#keyLength > 0) this.#at += this.#keyLength
    this.#valueLength = this.#varint()
    this.#valuePosition = this.#at
    if (this.#valueLength > 0) this.#at += this.#valueLength
    this.#headerCount = this.#varint()
    this.#headersPosition = this.#at
    if (this.#headerCount !== 0 && !this.#skipHeaders(recordEnd)) {
      return this.#failAt('INVALID_RECORD', `its ${this.#headerCount} headers make no sense`)
    }
    if (this.#at !== recordEnd || this.#isOverlong) {
      return this.#failAt('INVALID_RECORD', `its fields do not fill its ${length} bytes`)
    }
    if (index + 1 === this.#recordCount && recordEnd !== this.#end) {
      return this.#failAt('INVALID_RECORD', `${this.#end - recordEnd} bytes follow the last one`)
    }
    this.#position = start
    this.#recordIndex = index
    return true
  }

  /** What ended the walk before its time. */
  get fault(): BatchFault | undefined {
    return this.#fault
  }

  /** Which record of the batch this is, from 0. */
  get recordIndex(): number {
    return this.#recordIndex
  }

  /** Where all positions point into: the batch's own bytes, or its unpacked payload. */
  get bytes(): Buffer {
    return this.#bytes
  }

  /** Where the record begins, after its length. */
  get position(): number {
    return this.#position
  }

  /** The record's attributes, which have no meaning yet. */
  get attributes(): number {
    return this.#attributes
  }

  get offsetDelta(): number {
    return this.#offsetDelta
  }

  get offset(): number {
    return this.#baseOffset + this.#offsetDelta
  }

  /** Milliseconds; not a safe integer if the bytes hold more than a number can. */
  get timestampDelta(): number {
    return this.#timestampDelta
  }

  /** Milliseconds since 1970; the batch's append time if it has one. */
  get timestamp(): number {
    return this.#appendTime >= 0 ? this.#appendTime : this.#baseTimestamp + this.#timestampDelta
  }

  get keyPosition(): number {
    return this.#keyPosition
  }

  /** Negative if the key is null. */
  get keyLength(): number {
    return this.#keyLength
  }

  get valuePosition(): number {
    return this.#valuePosition
  }

  /** Negative if the value is null. */
  get valueLength(): number {
    return this.#valueLength
  }

  get headerCount(): number {
    return this.#headerCount
  }

  /** The key as a slice. */
  key(): Buffer | null {
    return this.#slice(this.#keyPosition, this.#keyLength)
  }

  /** The value as a slice. */
  value(): Buffer | null {
    return this.#slice(this.#valuePosition, this.#valueLength)
  }

  /** The headers, read now; their values are slices. */
  headers(): RecordHeader[] {
    const resumeAt = this.#at
    this.#at = this.#headersPosition
    const headers: RecordHeader[] = []
    for (let i = 0; i < this.#headerCount; i++) {
      const keyLength = this.#varint()
      const key = this.#bytes.toString('utf8', this.#at, this.#at + keyLength)
      this.#at += keyLength
      const valueLength = this.#varint()
      const value = this.#slice(this.#at, valueLength)
      if (valueLength > 0) this.#at += valueLength
      headers.push({ key, value })
    }
    this.#at = resumeAt
    return headers
  }

  #slice(position: number, length: number): Buffer | null {
    return length < 0 ? null : this.#bytes.subarray(position, position + length)
  }

  /** Whether the headers end at or before `recordEnd`. A header takes two bytes or more. */
  #skipHeaders(recordEnd: number): boolean {
    const count = this.#headerCount
    if (count < 0 || count > (recordEnd - this.#at) / 2) return false
    for (let i = 0; i < count; i++) {
      const keyLength = this.#varint()
      if (keyLength < 0) return false
      this.#at += keyLength
      const valueLength = this.#varint()
      if (valueLength > 0) this.#at += valueLength
      if (this.#at > recordEnd) return false
    }
    return true
  }

  /** Most varints have one byte; this is short so that it is inlined. */
  #varint(): number {
    const at = this.#at
    if (at < this.#end) {
      const byte = this.#bytes[at] as number
      if (byte < 0x80) {
        this.#at = at + 1
        return (byte >>> 1) ^ -(byte & 1)
      }
    }
    return this.#longVarint()
  }

  /** Beyond the end zeros are read and the position moves on, so that no length fits any more. */
  #longVarint(): number {
    const bytes = this.#bytes
    const end = this.#end
    let at = this.#at
    if (at + 1 < end) {
      // Lengths of 64 and more have two bytes.
      const second = bytes[at + 1] as number
      if (second < 0x80) {
        this.#at = at + 2
        const both = ((bytes[at] as number) & 0x7f) | (second << 7)
        return (both >>> 1) ^ -(both & 1)
      }
    }
    let rest = 0
    let byte = 0x80
    for (let shift = 0; byte >= 0x80; shift += 7) {
      if (shift > 28) {
        this.#isOverlong = true
        break
      }
      byte = at < end ? (bytes[at] as number) : 0
      at += 1
      rest |= (byte & 0x7f) << shift
    }
    this.#at = at
    return (rest >>> 1) ^ -(rest & 1)
  }

  #varlong(): number {
    const at = this.#at
    if (at < this.#end) {
      const byte = this.#bytes[at] as number
      if (byte < 0x80) {
        this.#at = at + 1
        return (byte >>> 1) ^ -(byte & 1)
      }
    }
    return this.#longVarlong()
  }

  /** The sign bit is kept apart, so that no magnitude up to 2^53 is rounded. */
  #longVarlong(): number {
    let isNegative = false
    let magnitude = 0
    let scale = 0.5
    for (let i = 0; i < 10; i++) {
      const byte = this.#at < this.#end ? (this.#bytes[this.#at] as number) : 0
      this.#at += 1
      if (i === 0) {
        isNegative = (byte & 1) === 1
        magnitude = (byte & 0x7f) >> 1
      } else {
        magnitude += (byte & 0x7f) * scale
      }
      if (byte < 0x80) return isNegative ? -magnitude - 1 : magnitude
      scale *= 128
    }
    this.#isOverlong = true
    return 0
  }

  #failAt(error: BatchErrorName, what: string): false {
    const record = this.#recordIndex + 1
    this.#fail(error, `Record ${record} of ${this.#recordCount} is invalid: ${what}.`)
    return false
  }

  #fail(error: BatchErrorName, message: string): BatchFault {
    this.#isOverlong = false
    this.#fault = fault(error, this.#batchPosition, message)
    return this.#fault
  }
}
