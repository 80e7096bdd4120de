// The newest offset of every key in the part of a log that is being compacted. Exact: keys are compared byte by byte, so
// no two keys are ever mixed up. Everything lies in one shared memory, which lets worker threads pass it on for free.
//
//   counters   entries, bytes of keys, newest offset covered
//   offsets    float64 per entry
//   positions  uint32 per entry: where its key lies
//   lengths    uint32 per entry
//   slots      int32: entry + 1, or 0 for an empty slot; open addressing, at most two thirds full
//   keys       the keys, one behind the other

const ASSUMED_KEY_BYTES = 32
const ENTRY_BYTES = 8 + 4 + 4
const SLOTS_PER_ENTRY = 1.5
const COUNTER_BYTES = 3 * 8

/** Key → newest offset. */
export class OffsetMap {
  readonly memory: SharedArrayBuffer
  readonly #capacity: number
  readonly #counters: Float64Array
  readonly #offsets: Float64Array
  readonly #positions: Uint32Array
  readonly #lengths: Uint32Array
  readonly #slots: Int32Array
  readonly #keys: Buffer

  private constructor(memory: SharedArrayBuffer) {
    const capacity = capacityOf(memory.byteLength)
    const slotCount = slotsOf(capacity)
    let at = 0
    const next = (bytes: number): number => {
      const start = at
      at += bytes
      return start
    }
    this.memory = memory
    this.#capacity = capacity
    this.#counters = new Float64Array(memory, next(COUNTER_BYTES), 3)
    this.#offsets = new Float64Array(memory, next(capacity * 8), capacity)
    this.#positions = new Uint32Array(memory, next(capacity * 4), capacity)
    this.#lengths = new Uint32Array(memory, next(capacity * 4), capacity)
    this.#slots = new Int32Array(memory, next(slotCount * 4), slotCount)
    this.#keys = Buffer.from(memory, at)
  }

  /** An empty map of about `bytes`. */
  static create(bytes: number): OffsetMap {
    const map = new OffsetMap(new SharedArrayBuffer(Math.max(1024, Math.floor(bytes / 8) * 8)))
    map.#counters[2] = -1
    return map
  }

  /** The map that lies in `memory`. */
  static over(memory: SharedArrayBuffer): OffsetMap {
    return new OffsetMap(memory)
  }

  get size(): number {
    return this.#counters[0] ?? 0
  }

  /** Every record up to here is in the map; -1 before the first. */
  get latestOffset(): number {
    return this.#counters[2] ?? -1
  }

  set latestOffset(offset: number) {
    this.#counters[2] = offset
  }

  /** Notes that `bytes[start, start + length)` was written at `offset`. False when there is no room for the key. */
  put(bytes: Buffer, start: number, length: number, offset: number): boolean {
    const slot = this.#find(bytes, start, length)
    const entry = (this.#slots[slot] ?? 0) - 1
    if (entry >= 0) {
      this.#offsets[entry] = offset
      return true
    }
    const count = this.size
    const used = this.#counters[1] ?? 0
    if (count >= this.#capacity || used + length > this.#keys.length) return false
    bytes.copy(this.#keys, used, start, start + length)
    this.#offsets[count] = offset
    this.#positions[count] = used
    this.#lengths[count] = length
    this.#slots[slot] = count + 1
    this.#counters[0] = count + 1
    this.#counters[1] = used + length
    return true
  }

  /** The newest offset of a key; -1 when it is not in the map. */
  get(bytes: Buffer, start: number, length: number): number {
    const entry = (this.#slots[this.#find(bytes, start, length)] ?? 0) - 1
    return entry < 0 ? -1 : (this.#offsets[entry] ?? -1)
  }

  /** The slot that has the key, or the empty one where it belongs. */
  #find(bytes: Buffer, start: number, length: number): number {
    const slotCount = this.#slots.length
    let slot = hash(bytes, start, length) % slotCount
    for (;;) {
      const entry = (this.#slots[slot] ?? 0) - 1
      if (entry < 0) return slot
      const position = this.#positions[entry] ?? 0
      if (
        this.#lengths[entry] === length &&
        bytes.compare(this.#keys, position, position + length, start, start + length) === 0
      ) {
        return slot
      }
      slot = slot + 1 === slotCount ? 0 : slot + 1
    }
  }
}

function capacityOf(bytes: number): number {
  const perEntry = ENTRY_BYTES + 4 * SLOTS_PER_ENTRY + ASSUMED_KEY_BYTES
  return Math.max(1, Math.floor((bytes - COUNTER_BYTES - 64) / perEntry / 2) * 2)
}

function slotsOf(capacity: number): number {
  return Math.ceil((capacity * SLOTS_PER_ENTRY + 1) / 2) * 2
}

/** FNV-1a with a final mix, as an unsigned 32-bit number. */
function hash(bytes: Buffer, start: number, length: number): number {
  let value = 0x811c9dc5
  for (let i = start; i < start + length; i += 1) {
    value = Math.imul(value ^ (bytes[i] ?? 0), 0x01000193)
  }
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d)
  return (value ^ (value >>> 13)) >>> 0
}
