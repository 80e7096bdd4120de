// The time index of one segment: an ascending list of (largest timestamp so far, offset that carries it), held in
// memory as it lies in the `.timeindex` file:
//
//   at  bytes  field
//   0   8      timestamp in milliseconds
//   8   4      offset, relative to the segment's base offset
//
// Meaning of an entry: no record up to that offset has a larger timestamp. Timestamps strictly rise. When a segment is
// closed its largest timestamp becomes the last entry, so that retention can tell a segment's age from this file alone.

import { readInt64, writeInt64 } from './int64.ts'

/** Bytes of one entry. */
export const TIME_INDEX_ENTRY_BYTES = 12

/** A timestamp and the offset that carries it. */
export interface TimestampOffset {
  readonly timestamp: number
  readonly offset: number
}

/** Timestamp → offset, in memory. */
export class TimeIndex {
  readonly baseOffset: number
  #bytes: Buffer
  #count: number

  constructor(baseOffset: number, bytes: Buffer = Buffer.alloc(0)) {
    this.baseOffset = baseOffset
    this.#bytes = bytes
    this.#count = countEntries(bytes)
  }

  get count(): number {
    return this.#count
  }

  get sizeInBytes(): number {
    return this.#count * TIME_INDEX_ENTRY_BYTES
  }

  /** The largest timestamp in the index and its offset; timestamp -1 at the base offset when there is none. */
  get last(): TimestampOffset {
    if (this.#count === 0) return { timestamp: -1, offset: this.baseOffset }
    return { timestamp: this.timestampAt(this.#count - 1), offset: this.offsetAt(this.#count - 1) }
  }

  timestampAt(entry: number): number {
    return readInt64(this.#bytes, entry * TIME_INDEX_ENTRY_BYTES)
  }

  offsetAt(entry: number): number {
    return this.baseOffset + this.#bytes.readUInt32BE(entry * TIME_INDEX_ENTRY_BYTES + 8)
  }

  /** Adds an entry if the timestamp rises, which it does not when nothing newer arrived since the last entry. */
  append(timestamp: number, offset: number): void {
    const last = this.#count - 1
    if (timestamp <= (last < 0 ? -1 : this.timestampAt(last))) return
    if (last >= 0 && offset < this.offsetAt(last)) return
    const at = this.#count * TIME_INDEX_ENTRY_BYTES
    if (at + TIME_INDEX_ENTRY_BYTES > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(96, this.#bytes.length * 2))
      this.#bytes.copy(larger, 0, 0, at)
      this.#bytes = larger
    }
    writeInt64(this.#bytes, at, timestamp)
    this.#bytes.writeUInt32BE(offset - this.baseOffset, at + 8)
    this.#count += 1
  }

  /** An offset such that no record before it carries `timestamp` or more: where a search may start. */
  lookup(timestamp: number): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.timestampAt(middle) < timestamp) low = middle + 1
      else high = middle
    }
    return low === 0 ? this.baseOffset : this.offsetAt(low - 1)
  }

  /** Forgets the entries of `offset` and beyond. */
  truncate(offset: number): void {
    let count = this.#count
    while (count > 0 && this.offsetAt(count - 1) >= offset) count -= 1
    this.#count = count
  }

  /** The content of the `.timeindex` file. */
  toBytes(): Buffer {
    return this.#bytes.subarray(0, this.sizeInBytes)
  }

  /** Why the entries cannot be right; `undefined` when timestamps rise and offsets do not fall. */
  damage(): string | undefined {
    for (let i = 1; i < this.#count; i += 1) {
      if (this.timestampAt(i) <= this.timestampAt(i - 1)) {
        return `entry ${i} has timestamp ${this.timestampAt(i)} after ${this.timestampAt(i - 1)}`
      }
      if (this.offsetAt(i) < this.offsetAt(i - 1)) {
        return `entry ${i} has offset ${this.offsetAt(i)} after ${this.offsetAt(i - 1)}`
      }
    }
    return undefined
  }
}

/** Whole entries, without the zeros that a killed writer left behind. */
function countEntries(bytes: Buffer): number {
  let count = Math.floor(bytes.length / TIME_INDEX_ENTRY_BYTES)
  while (count > 0 && isZero(bytes, (count - 1) * TIME_INDEX_ENTRY_BYTES)) count -= 1
  return count
}

function isZero(bytes: Buffer, at: number): boolean {
  return readInt64(bytes, at) === 0 && bytes.readUInt32BE(at + 8) === 0
}
