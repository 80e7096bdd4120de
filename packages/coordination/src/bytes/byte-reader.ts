// Reads big-endian fields, those of the embedded store's files and of ZooKeeper's protocol (jute). Invariant: never reads
// beyond the end; a field that is not there turns `isWhole` false and gives an empty value, so that a decoder asks once,
// at its end.

const NOTHING = Buffer.alloc(0)

/** A cursor over big-endian fields. */
export class ByteReader {
  #bytes: Buffer = NOTHING
  #position = 0
  #end = 0
  #isWhole = true

  /** Begins again over the bytes from `start` to `end`. */
  over(bytes: Buffer, start = 0, end = bytes.length): this {
    this.#bytes = bytes
    this.#position = start
    this.#end = end
    this.#isWhole = true
    return this
  }

  /** Whether every field asked for was there. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Whether every field was there and nothing follows. */
  get isFinished(): boolean {
    return this.#isWhole && this.#position === this.#end
  }

  uint8(): number {
    const at = this.#take(1)
    return at < 0 ? 0 : this.#bytes.readUInt8(at)
  }

  bool(): boolean {
    return this.uint8() !== 0
  }

  int32(): number {
    const at = this.#take(4)
    return at < 0 ? 0 : this.#bytes.readInt32BE(at)
  }

  /** A safe integer, as 8 bytes. */
  safeInteger(): number {
    const high = this.int32()
    const low = this.int32() >>> 0
    const value = high * 2 ** 32 + low
    if (!Number.isSafeInteger(value)) this.#isWhole = false
    return value
  }

  /** 64 bits as 16 hexadecimal digits: an identifier that nobody reckons with. */
  identifier(): string {
    const at = this.#take(8)
    return at < 0 ? '' : this.#bytes.toString('hex', at, at + 8)
  }

  /** A copy; jute's null (length -1) is empty. */
  bytes(): Buffer {
    const length = this.#length()
    const at = this.#take(length)
    if (at < 0) return NOTHING
    const copy = Buffer.allocUnsafe(length)
    this.#bytes.copy(copy, 0, at, at + length)
    return copy
  }

  /** UTF-8; jute's null is ''. */
  string(): string {
    const length = this.#length()
    const at = this.#take(length)
    return at < 0 ? '' : this.#bytes.toString('utf8', at, at + length)
  }

  #length(): number {
    const length = this.int32()
    return length === -1 ? 0 : length
  }

  #take(length: number): number {
    const at = this.#position
    if (!this.#isWhole || length < 0 || length > this.#end - at) {
      this.#isWhole = false
      return -1
    }
    this.#position = at + length
    return at
  }
}
