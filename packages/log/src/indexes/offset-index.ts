// The offset index of one segment: a sparse, ascending list of (offset, position of the batch that ends with it),
// held in memory exactly as it lies in the `.index` file:
//
//   at  bytes  field
//   0   4      offset, relative to the segment's base offset
//   4   4      position in the .log file
//
// An entry names the *last* offset of a batch and the position where that batch *starts*. A look-up therefore finds a
// position at or before the batch that holds the offset. A writer that was killed may leave zeros behind the last entry.

/** Bytes of one entry. */
export const OFFSET_INDEX_ENTRY_BYTES = 8

/** Largest offset, relative to the base offset, that an index can hold. */
export const MAX_RELATIVE_OFFSET = 0x7fffffff

/** Offset → position, in memory. */
export class OffsetIndex {
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

  /** Size of the file that holds exactly these entries. */
  get sizeInBytes(): number {
    return this.#count * OFFSET_INDEX_ENTRY_BYTES
  }

  /** The largest offset in the index; the base offset when there is none. */
  get lastOffset(): number {
    return this.#count === 0 ? this.baseOffset : this.offsetAt(this.#count - 1)
  }

  /** The largest position in the index; 0 when there is none. */
  get lastPosition(): number {
    return this.#count === 0 ? 0 : this.positionAt(this.#count - 1)
  }

  offsetAt(entry: number): number {
    return this.baseOffset + this.#bytes.readUInt32BE(entry * OFFSET_INDEX_ENTRY_BYTES)
  }

  positionAt(entry: number): number {
    return this.#bytes.readUInt32BE(entry * OFFSET_INDEX_ENTRY_BYTES + 4)
  }

  /** Adds an entry; offsets that do not rise are left out. */
  append(offset: number, position: number): void {
    if (this.#count > 0 && offset <= this.lastOffset) return
    const at = this.#count * OFFSET_INDEX_ENTRY_BYTES
    if (at + OFFSET_INDEX_ENTRY_BYTES > this.#bytes.length) this.#bytes = grown(this.#bytes, at)
    this.#bytes.writeUInt32BE(offset - this.baseOffset, at)
    this.#bytes.writeUInt32BE(position, at + 4)
    this.#count += 1
  }

  /** The position of an entry at or before `offset`; 0 when all entries lie behind it. */
  lookup(offset: number): number {
    const entry = this.#last((each) => this.offsetAt(each) <= offset)
    return entry < 0 ? 0 : this.positionAt(entry)
  }

  /** The last entry's position that is at or before `position`; 0 when there is none. */
  lookupPosition(position: number): number {
    const entry = this.#last((each) => this.positionAt(each) <= position)
    return entry < 0 ? 0 : this.positionAt(entry)
  }

  /** Forgets the entries of `offset` and beyond. */
  truncate(offset: number): void {
    this.#count = this.#last((each) => this.offsetAt(each) < offset) + 1
  }

  /** The content of the `.index` file. */
  toBytes(): Buffer {
    return this.#bytes.subarray(0, this.sizeInBytes)
  }

  /** Why the entries cannot be right; `undefined` when offsets and positions rise within the segment. */
  damage(segmentBytes: number): string | undefined {
    for (let i = 0; i < this.#count; i += 1) {
      if (this.positionAt(i) >= segmentBytes) {
        return `entry ${i} points to position ${this.positionAt(i)} of ${segmentBytes} bytes`
      }
      if (i > 0 && this.offsetAt(i) <= this.offsetAt(i - 1)) {
        return `entry ${i} has offset ${this.offsetAt(i)} after ${this.offsetAt(i - 1)}`
      }
      if (i > 0 && this.positionAt(i) <= this.positionAt(i - 1)) {
        return `entry ${i} has position ${this.positionAt(i)} after ${this.positionAt(i - 1)}`
      }
    }
    return undefined
  }

  /** The last entry for which `holds` (true for a prefix of the entries); -1 when it holds for none. */
  #last(holds: (entry: number) => boolean): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (holds(middle)) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

/** Whole entries, without the zeros that a killed writer left behind. */
function countEntries(bytes: Buffer): number {
  let count = Math.floor(bytes.length / OFFSET_INDEX_ENTRY_BYTES)
  while (count > 0 && bytes.readUInt32BE((count - 1) * OFFSET_INDEX_ENTRY_BYTES + 4) === 0) {
    // Position 0 is possible only for the first entry, and then with an offset.
    if (count === 1 && bytes.readUInt32BE(0) !== 0) break
    count -= 1
  }
  return count
}

function grown(bytes: Buffer, used: number): Buffer {
  const larger = Buffer.alloc(Math.max(64, bytes.length * 2))
  bytes.copy(larger, 0, 0, used)
  return larger
}
