// Writes the fields that `byte-reader.ts` reads, into memory that is reused from value to value.

/** Appends big-endian fields. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafeSlow(1024)
  #length = 0

  /** Begins a new value; the last one is overwritten. */
  reset(): this {
    this.#length = 0
    return this
  }

  /** What was written since `reset`, in the writer's own memory. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  uint8(value: number): this {
    this.#length = this.#room(1).writeUInt8(value, this.#length)
    return this
  }

  bool(value: boolean): this {
    return this.uint8(value ? 1 : 0)
  }

  int32(value: number): this {
    this.#length = this.#room(4).writeInt32BE(value, this.#length)
    return this
  }

  /** A safe integer, as 8 bytes. */
  safeInteger(value: number): this {
    const high = Math.floor(value / 2 ** 32)
    this.int32(high)
    this.#length = this.#room(4).writeUInt32BE(value - high * 2 ** 32, this.#length)
    return this
  }

  /** 64 bits, given as 16 hexadecimal digits. */
  identifier(value: string): this {
    this.#length += this.#room(8).write(value, this.#length, 8, 'hex')
    return this
  }

  /** Length, then the bytes. */
  bytes(value: Buffer): this {
    this.int32(value.length)
    this.#length += value.copy(this.#room(value.length), this.#length)
    return this
  }

  string(value: string): this {
    const length = Buffer.byteLength(value)
    this.int32(length)
    this.#length += this.#room(length).write(value, this.#length)
    return this
  }

  #room(length: number): Buffer {
    const needed = this.#length + length
    if (needed <= this.#bytes.length) return this.#bytes
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
    return larger
  }
}
