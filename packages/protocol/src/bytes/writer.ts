/**
 * Writes Kafka's primitive types into one growing buffer; large byte fields stay where they are,
 * by reference.
 *
 * Invariant: the output is `bytes[0, position)` with every reference inserted at the place where
 * it was spliced. A writer is reused, so what it hands out (`finish`, `chunks`) is always memory
 * of its own.
 */

import { ProtocolError } from '../protocol-error.ts'
import { writeUuid } from '../uuid.ts'
import type { Uuid } from '../uuid.ts'
import { MAX_STRING_BYTES } from './limits.ts'
import { writeText } from './text.ts'

const INITIAL_BYTES = 16 * 1024
/** A writer that had to grow past this gives the memory back when it is reset. */
const KEPT_BYTES = 1024 * 1024
/** Below this a copy costs less than one more chunk in a `writev`. */
const SPLICE_BYTES = 1024

/** A tagged field that the schema does not know: kept as bytes, written again in order of tag. */
export interface UnknownTag {
  readonly tag: number
  readonly bytes: Buffer
}

/** Whether a value is a view of bytes: a Buffer, or any Uint8Array. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && (value as Uint8Array).BYTES_PER_ELEMENT === 1
}

interface Reference {
  readonly at: number
  readonly bytes: Buffer
}

/**
 * A byte output. Compiled encoders work on `bytes` and `position` directly, between two calls of
 * its methods.
 */
export class ByteWriter {
  /** Replaced when it grows: never keep it across a call. */
  bytes: Buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES)
  position = 0
  #references: Reference[] = []
  #referencedBytes = 0
  /** Open tagged fields; their size stands before them, so nothing inside may be spliced. */
  #openTags = 0

  /** Bytes written so far, references included. */
  get size(): number {
    return this.position + this.#referencedBytes
  }

  /** Makes room for `length` more bytes. */
  reserve(length: number): void {
    const needed = this.position + length
    if (needed <= this.bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(grown, 0, 0, this.position)
    this.bytes = grown
  }

  /** A ProtocolError about the value that was to be written here. */
  fault(reason: string): ProtocolError {
    return new ProtocolError(reason, { position: this.position })
  }

  int8(value: number): void {
    this.reserve(1)
    this.bytes[this.position++] = value
  }

  int16(value: number): void {
    this.reserve(2)
    this.bytes[this.position++] = value >> 8
    this.bytes[this.position++] = value
  }

  /** Also writes uint32: only the low 32 bits count. */
  int32(value: number): void {
    this.reserve(4)
    this.int16(value >> 16)
    this.int16(value)
  }

  /** A safe integer as 64 bits. */
  int64(value: number): void {
    this.int32(Math.floor(value / 4294967296))
    this.int32(value | 0)
  }

  wideInt64(value: bigint): void {
    this.reserve(8)
    this.position = this.bytes.writeBigInt64BE(value, this.position)
  }

  float64(value: number): void {
    this.reserve(8)
    this.position = this.bytes.writeDoubleBE(value, this.position)
  }

  uuid(value: Uuid): void {
    this.reserve(16)
    if (!writeUuid(this.bytes, this.position, value)) throw this.fault('is not a uuid')
    this.position += 16
  }

  unsignedVarint(value: number): void {
    this.reserve(5)
    let rest = value >>> 0
    while (rest > 127) {
      this.bytes[this.position++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.bytes[this.position++] = rest
  }

  /** A zigzag varint of 32 bits. */
  varint(value: number): void {
    this.unsignedVarint((value << 1) ^ (value >> 31))
  }

  /** A zigzag varint of 64 bits, of a safe integer. */
  varlong(value: number): void {
    this.reserve(10)
    let rest = value < 0 ? -2 * value - 1 : 2 * value
    // 2^54 is beyond the safe integers, but doubled ones are even and negative ones lie one
    // below: both exact in BigInt.
    if (rest > Number.MAX_SAFE_INTEGER) {
      let wide = value < 0 ? -2n * BigInt(value) - 1n : 2n * BigInt(value)
      for (; wide > 127n; wide >>= 7n) this.bytes[this.position++] = Number(wide & 127n) | 128
      this.bytes[this.position++] = Number(wide)
      return
    }
    for (; rest > 127; rest = Math.floor(rest / 128)) this.bytes[this.position++] = rest | 128
    this.bytes[this.position++] = rest
  }

  /** A string after its int16 length. */
  string(value: string): void {
    if (typeof value !== 'string') throw this.fault('is not a string')
    if (value.length > MAX_STRING_BYTES) throw this.#tooLong(value.length)
    this.reserve(value.length * 3 + 5)
    const { bytes, position } = this
    const size = writeText(bytes, position + 2, value)
    if (size > MAX_STRING_BYTES) throw this.#tooLong(size)
    bytes[position] = size >> 8
    bytes[position + 1] = size
    this.position = position + 2 + size
  }

  /** A string after its length + 1 as a varint. */
  compactString(value: string): void {
    if (typeof value !== 'string') throw this.fault('is not a string')
    if (value.length > MAX_STRING_BYTES) throw this.#tooLong(value.length)
    this.reserve(value.length * 3 + 5)
    const { bytes, position } = this
    if (value.length <= 42) {
      // At most 126 bytes: the length is sure to take one, and the text can go first.
      const size = writeText(bytes, position + 1, value)
      bytes[position] = size + 1
      this.position = position + 1 + size
      return
    }
    // Where the text is written with room for a length of as many bytes as it most likely has, it
    // rarely has to move.
    const room = value.length < 127 ? 1 : value.length < 16383 ? 2 : 3
    const size = writeText(bytes, position + room, value)
    if (size > MAX_STRING_BYTES) throw this.#tooLong(size)
    const needed = size < 127 ? 1 : size < 16383 ? 2 : 3
    if (needed !== room) {
      bytes.copyWithin(position + needed, position + room, position + room + size)
    }
    this.unsignedVarint(size + 1)
    this.position += size
  }

  #tooLong(size: number): ProtocolError {
    return this.fault(`a string of ${size} bytes, at most ${MAX_STRING_BYTES} fit`)
  }

  /** The length of an array or of bytes: a varint one above it, or an int32. */
  length(length: number, compact: boolean): void {
    if (!compact) this.int32(length)
    else if (length < 127 && this.position < this.bytes.length) {
      this.bytes[this.position++] = length + 1
    } else this.unsignedVarint(length + 1)
  }

  /** Bytes without a length: copied when they are few, otherwise kept by reference. */
  splice(bytes: Uint8Array): void {
    const length = bytes.length
    if (length >= SPLICE_BYTES && this.#openTags === 0) {
      this.#refer(bytes)
      return
    }
    this.reserve(length)
    this.bytes.set(bytes, this.position)
    this.position += length
  }

  #refer(bytes: Uint8Array): void {
    const { buffer, byteOffset, length } = bytes
    const reference = Buffer.isBuffer(bytes) ? bytes : Buffer.from(buffer, byteOffset, length)
    this.#references.push({ at: this.position, bytes: reference })
    this.#referencedBytes += length
  }

  /**
   * Opens a tagged field's content; give what it returns to `closeTag`. One byte is left for the
   * size.
   */
  openTag(): number {
    this.reserve(1)
    this.#openTags++
    return this.position++
  }

  /**
   * Writes the size of a tagged field, moving the content when the size takes more than one byte.
   */
  closeTag(opened: number): void {
    this.#openTags--
    const size = this.position - opened - 1
    if (size < 128) {
      this.bytes[opened] = size
      return
    }
    const extra = size < 1 << 14 ? 1 : size < 1 << 21 ? 2 : size < 1 << 28 ? 3 : 4
    this.reserve(extra)
    this.bytes.copyWithin(opened + 1 + extra, opened + 1, this.position)
    const end = this.position + extra
    this.position = opened
    this.unsignedVarint(size)
    this.position = end
  }

  /**
   * Writes the unknown tagged fields from `next` on whose tags lie below `before`, and tells how
   * far it came. Java's rule holds: tags strictly rise, known and unknown together.
   */
  unknownTags(tags: readonly UnknownTag[], next: number, before: number): number {
    let i = next
    for (; i < tags.length && tags[i]!.tag < before; i++) {
      const { tag, bytes } = tags[i]!
      if (i > 0 && tag <= tags[i - 1]!.tag) throw this.fault(`unknown tag ${tag} is out of order`)
      this.unsignedVarint(tag)
      this.unsignedVarint(bytes.length)
      this.#openTags++
      this.splice(bytes)
      this.#openTags--
    }
    if (tags[i]?.tag === before) throw this.fault(`unknown tag ${before} is a known one`)
    return i
  }

  /** Everything written, as one buffer. */
  finish(): Buffer {
    if (this.#references.length === 0) return Buffer.from(this.bytes.subarray(0, this.position))
    return Buffer.concat(this.chunks(), this.size)
  }

  /**
   * Everything written, as chunks for `writev`: references as they were given, the rest copied
   * out once.
   */
  chunks(): Buffer[] {
    const owned = Buffer.from(this.bytes.subarray(0, this.position))
    if (this.#references.length === 0) return [owned]
    const chunks: Buffer[] = []
    let from = 0
    for (const { at, bytes } of this.#references) {
      if (at > from) chunks.push(owned.subarray(from, at))
      chunks.push(bytes)
      from = at
    }
    if (from < owned.length) chunks.push(owned.subarray(from))
    return chunks
  }

  /** Forgets everything, for the next use. */
  reset(): void {
    this.position = 0
    if (this.#references.length > 0) this.#references = []
    this.#referencedBytes = 0
    this.#openTags = 0
    if (this.bytes.length > KEPT_BYTES) this.bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES)
  }
}
