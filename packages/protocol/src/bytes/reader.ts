/**
 * Reads Kafka's primitive types from a buffer, in order, without copying.
 *
 * Invariant: `position <= end`; nothing is read, sliced or allocated before it is known to lie
 * inside. Whatever does not fit is a ProtocolError with the position where the value began.
 */

import { ProtocolError } from '../protocol-error.ts'
import { uuidFromBytes } from '../uuid.ts'
import type { Uuid } from '../uuid.ts'
import { unknownTagsMax } from './limits.ts'
import { readText } from './text.ts'

/** A cursor over a buffer. */
export class ByteReader {
  readonly buffer: Buffer
  position: number
  /** Where reading stops; lowered while the content of a tagged field is read. */
  end: number
  /** Unknown tagged fields that may still come. */
  spareTags: number

  constructor(buffer: Buffer, position = 0, end: number = buffer.length) {
    this.buffer = buffer
    this.position = position
    this.end = end
    this.spareTags = unknownTagsMax(end - position)
  }

  /** Bytes that are left. */
  get remaining(): number {
    return this.end - this.position
  }

  /** Moves over `length` bytes and tells where they began; ProtocolError when there are fewer. */
  take(length: number): number {
    const start = this.position
    if (length > this.end - start) {
      throw this.fault(`needs ${length} bytes, ${this.end - start} remain`)
    }
    this.position = start + length
    return start
  }

  /** A ProtocolError about what stands at a position. */
  fault(reason: string, position = this.position): ProtocolError {
    return new ProtocolError(reason, { position })
  }

  int8(): number {
    return this.buffer.readInt8(this.take(1))
  }

  int16(): number {
    return this.buffer.readInt16BE(this.take(2))
  }

  int32(): number {
    return this.buffer.readInt32BE(this.take(4))
  }

  uint16(): number {
    return this.buffer.readUInt16BE(this.take(2))
  }

  uint32(): number {
    return this.buffer.readUInt32BE(this.take(4))
  }

  float64(): number {
    return this.buffer.readDoubleBE(this.take(8))
  }

  bool(): boolean {
    return this.buffer[this.take(1)] !== 0
  }

  uuid(): Uuid {
    return uuidFromBytes(this.buffer, this.take(16))
  }

  /** A 64-bit integer as a number; ProtocolError beyond ±(2^53 - 1). */
  int64(): number {
    const start = this.take(8)
    const value = this.buffer.readInt32BE(start) * 4294967296 + this.buffer.readUInt32BE(start + 4)
    if (!Number.isSafeInteger(value)) {
      throw this.fault(`the 64-bit integer ${this.buffer.readBigInt64BE(start)} is unsafe`, start)
    }
    return value
  }

  /** A 64-bit integer of any size. */
  wideInt64(): bigint {
    return this.buffer.readBigInt64BE(this.take(8))
  }

  /** Seven bits a byte, lowest first, five bytes at most: lengths and tags of flexible versions. */
  unsignedVarint(): number {
    const start = this.position
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer[this.take(1)]!
      value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
    throw this.fault('a varint of more than five bytes', start)
  }

  /** A zigzag varint of 32 bits, as inside records. */
  varint(): number {
    const value = this.unsignedVarint()
    return (value >>> 1) ^ -(value & 1)
  }

  /** A zigzag varint of 64 bits as a number; ProtocolError beyond ±(2^53 - 1). */
  varlong(): number {
    const start = this.position
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.buffer[this.take(1)]!
      value |= BigInt(byte & 127) << shift
      if (byte >= 128) continue
      const bits = BigInt.asUintN(64, value)
      const number = Number(bits & 1n ? -(bits >> 1n) - 1n : bits >> 1n)
      if (Number.isSafeInteger(number)) return number
      throw this.fault('a varlong beyond 2^53 - 1', start)
    }
    throw this.fault('a varlong of more than ten bytes', start)
  }

  /** The next `length` bytes as a view of the buffer. */
  bytes(length: number): Buffer {
    const start = this.take(length)
    return this.buffer.subarray(start, start + length)
  }

  /** The next `length` bytes as UTF-8. */
  text(length: number): string {
    const start = this.take(length)
    return readText(this.buffer, start, start + length)
  }
}
