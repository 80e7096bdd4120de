/**
 * What the hand-written codecs stand on: a reader and a writer as one writes them with care for a
 * single purpose, with every bound checked, ASCII words read and written without leaving
 * JavaScript, and nothing shared with the schema's codecs.
 */

/** Kept where a tagged field is not known. */
export interface Tag {
  readonly tag: number
  readonly bytes: Buffer
}

export class Reader {
  b: Buffer
  p: number
  end: number

  constructor(b: Buffer) {
    this.b = b
    this.p = 0
    this.end = b.length
  }

  need(n: number): number {
    const p = this.p
    if (p + n > this.end) throw new RangeError('underflow')
    this.p = p + n
    return p
  }

  int8(): number {
    const p = this.need(1)
    return (this.b[p]! << 24) >> 24
  }

  bool(): boolean {
    return this.b[this.need(1)] !== 0
  }

  int16(): number {
    const p = this.need(2)
    const b = this.b
    return ((b[p]! << 24) | (b[p + 1]! << 16)) >> 16
  }

  int32(): number {
    const p = this.need(4)
    const b = this.b
    return (b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!
  }

  int64(): number {
    const p = this.need(8)
    const b = this.b
    const high = (b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!
    const low = (b[p + 4]! << 24) | (b[p + 5]! << 16) | (b[p + 6]! << 8) | b[p + 7]!
    const value = high * 4294967296 + (low >>> 0)
    if (value > 9007199254740991 || value < -9007199254740991) throw new RangeError('unsafe')
    return value
  }

  uuid(): string {
    const p = this.need(16)
    const b = this.b
    if ((b[p]! | b[p + 1]! | b[p + 2]! | b[p + 3]!) === 0) {
      let i = 4
      while (i < 16 && b[p + i] === 0) i++
      if (i === 16) return 'AAAAAAAAAAAAAAAAAAAAAA'
    }
    return b.toString('base64url', p, p + 16)
  }

  varint(): number {
    if (this.p >= this.end) throw new RangeError('underflow')
    const first = this.b[this.p++]!
    if (first < 128) return first
    let value = first & 127
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.b[this.need(1)]!
      value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
    throw new RangeError('varint')
  }

  nullableString(): string | null {
    const length = this.varint() - 1
    if (length < 0) return null
    if (length > 32767) throw new RangeError('string')
    const p = this.need(length)
    return text(this.b, p, p + length)
  }

  string(): string {
    const value = this.nullableString()
    if (value === null) throw new RangeError('null')
    return value
  }

  nullableBytes(): Buffer | null {
    const length = this.varint() - 1
    if (length < 0) return null
    const p = this.need(length)
    return this.b.subarray(p, p + length)
  }

  bytes(): Buffer {
    const value = this.nullableBytes()
    if (value === null) throw new RangeError('null')
    return value
  }

  count(elementBytes: number): number {
    const count = this.varint() - 1
    if (count * elementBytes > this.end - this.p) throw new RangeError('array')
    return count
  }

  int32s(): number[] {
    const count = this.count(4)
    if (count < 0) throw new RangeError('null')
    const values: number[] = []
    for (let i = 0; i < count; i++) values.push(this.int32())
    return values
  }

  /** Tagged fields where none is known. */
  tags(): Tag[] | undefined {
    const count = this.varint()
    if (count === 0) return undefined
    const tags: Tag[] = []
    for (let i = 0; i < count; i++) tags.push(this.tag(this.varint(), this.varint()))
    return tags
  }

  tag(tag: number, size: number): Tag {
    const p = this.need(size)
    return { tag, bytes: this.b.subarray(p, p + size) }
  }
}

const codes = Array.from({ length: 11 }, (_, length) => Array.from({ length }, () => 0))

function text(b: Buffer, start: number, end: number): string {
  const length = end - start
  if (length > 10) return b.toString('utf8', start, end)
  if (length === 0) return ''
  const letters = codes[length]!
  for (let i = 0; i < length; i++) {
    const code = b[start + i]!
    if (code > 127) return b.toString('utf8', start, end)
    letters[i] = code
  }
  return String.fromCharCode.apply(null, letters)
}

export class Writer {
  b: Buffer = Buffer.allocUnsafeSlow(16384)
  p = 0

  room(n: number): void {
    if (this.p + n <= this.b.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.p + n, this.b.length * 2))
    this.b.copy(grown, 0, 0, this.p)
    this.b = grown
  }

  int8(value: number): void {
    if ((value << 24) >> 24 !== value) throw new RangeError('int8')
    this.room(1)
    this.b[this.p++] = value
  }

  bool(value: boolean): void {
    if (typeof value !== 'boolean') throw new RangeError('bool')
    this.room(1)
    this.b[this.p++] = value ? 1 : 0
  }

  int16(value: number): void {
    if ((value << 16) >> 16 !== value) throw new RangeError('int16')
    this.room(2)
    const { b, p } = this
    b[p] = value >> 8
    b[p + 1] = value
    this.p = p + 2
  }

  int32(value: number): void {
    if ((value | 0) !== value) throw new RangeError('int32')
    this.room(4)
    const { b, p } = this
    b[p] = value >> 24
    b[p + 1] = value >> 16
    b[p + 2] = value >> 8
    b[p + 3] = value
    this.p = p + 4
  }

  int64(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError('int64')
    this.room(8)
    const { b, p } = this
    const high = Math.floor(value / 4294967296)
    const low = value | 0
    b[p] = high >> 24
    b[p + 1] = high >> 16
    b[p + 2] = high >> 8
    b[p + 3] = high
    b[p + 4] = low >> 24
    b[p + 5] = low >> 16
    b[p + 6] = low >> 8
    b[p + 7] = low
    this.p = p + 8
  }

  uuid(value: string): void {
    this.room(16)
    if (this.b.write(value, this.p, 16, 'base64url') !== 16) throw new RangeError('uuid')
    this.p += 16
  }

  varint(value: number): void {
    this.room(5)
    let rest = value >>> 0
    while (rest > 127) {
      this.b[this.p++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.b[this.p++] = rest
  }

  string(value: string): void {
    if (typeof value !== 'string') throw new RangeError('string')
    const length = value.length
    this.room(length * 3 + 5)
    if (length <= 40) {
      const { b, p } = this
      let i = 0
      for (; i < length; i++) {
        const code = value.charCodeAt(i)
        if (code > 127) break
        b[p + 1 + i] = code
      }
      const size = i === length ? length : b.write(value, p + 1, 'utf8')
      b[p] = size + 1
      this.p = p + 1 + size
      return
    }
    const size = Buffer.byteLength(value)
    if (size > 32767) throw new RangeError('string')
    this.varint(size + 1)
    this.p += this.b.write(value, this.p, 'utf8')
  }

  nullableString(value: string | null): void {
    if (value === null) this.varint(0)
    else this.string(value)
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length + 1)
    this.room(value.length)
    this.b.set(value, this.p)
    this.p += value.length
  }

  int32s(values: readonly number[]): void {
    this.varint(values.length + 1)
    for (const value of values) this.int32(value)
  }

  tags(tags: readonly Tag[] | undefined): void {
    if (tags === undefined) {
      this.varint(0)
      return
    }
    this.varint(tags.length)
    for (const { tag, bytes } of tags) {
      this.varint(tag)
      this.varint(bytes.length)
      this.room(bytes.length)
      this.b.set(bytes, this.p)
      this.p += bytes.length
    }
  }

  finish(): Buffer {
    const bytes = Buffer.from(this.b.subarray(0, this.p))
    this.p = 0
    return bytes
  }
}
