// Serdes for what Kafka's own clients have serdes for, with the same bytes: numbers are big-endian, text is UTF-8.
//
// Invariant: null is never a value here; a null in a record is an error that says what was expected. `nullable` admits it.

import type { Serde } from './serde.ts'

/** UTF-8 text. */
export const string: Serde<string> = {
  serialize(value) {
    if (typeof value !== 'string') throw expected('text', value)
    return Buffer.from(value)
  },
  deserialize: (bytes) => present(bytes, 'text').toString(),
}

/** Bytes as they are. What is read may be a slice of a larger buffer. */
export const bytes: Serde<Uint8Array> = {
  serialize(value) {
    if (!(value instanceof Uint8Array)) throw expected('bytes', value)
    return value
  },
  deserialize: (value) => present(value, 'bytes'),
}

/** A whole number of 16 bits, as Java's ShortSerializer. */
export const int16: Serde<number> = fixed('a whole number of 16 bits', 2, {
  fits: (value) => Number.isInteger(value) && value >= -0x8000 && value <= 0x7fff,
  write: (buffer, value) => buffer.writeInt16BE(value),
  read: (buffer) => buffer.readInt16BE(0),
})

/** A whole number of 32 bits, as Java's IntegerSerializer. */
export const int32: Serde<number> = fixed('a whole number of 32 bits', 4, {
  fits: (value) => Number.isInteger(value) && value >= -0x8000_0000 && value <= 0x7fff_ffff,
  write: (buffer, value) => buffer.writeInt32BE(value),
  read: (buffer) => buffer.readInt32BE(0),
})

/** A whole number of 64 bits, as Java's LongSerializer. */
export const int64: Serde<bigint> = fixed('a bigint of 64 bits', 8, {
  fits: (value) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  write: (buffer, value) => buffer.writeBigInt64BE(value),
  read: (buffer) => buffer.readBigInt64BE(0),
})

/** A float of 32 bits, as Java's FloatSerializer; what is written is rounded to it. */
export const float: Serde<number> = fixed('a number', 4, {
  fits: (value) => typeof value === 'number',
  write: (buffer, value) => buffer.writeFloatBE(value),
  read: (buffer) => buffer.readFloatBE(0),
})

/** A float of 64 bits, as Java's DoubleSerializer. */
export const double: Serde<number> = fixed('a number', 8, {
  fits: (value) => typeof value === 'number',
  write: (buffer, value) => buffer.writeDoubleBE(value),
  read: (buffer) => buffer.readDoubleBE(0),
})

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A UUID as its 36 letters, as Java's UUIDSerializer. */
export const uuid: Serde<string> = {
  serialize(value) {
    if (typeof value !== 'string' || !uuidForm.test(value)) throw expected('a UUID', value)
    return Buffer.from(value.toLowerCase())
  },
  deserialize(bytes) {
    const text = present(bytes, 'a UUID').toString()
    if (!uuidForm.test(text)) throw expected('a UUID', text)
    return text.toLowerCase()
  },
}

/** Nothing: `undefined` here, null in the record. Bytes that are there all the same are an error. */
const none: Serde<void> = {
  serialize: () => null,
  deserialize(bytes) {
    if (bytes !== null) throw new TypeError(`Expected nothing, found ${bytes.length} bytes.`)
  },
}
export { none as void }

/** JSON in UTF-8. The type is the caller's word: nothing checks it. A Standard Schema in its place does. */
export function json<T>(): Serde<T> {
  return {
    serialize(value) {
      const text = JSON.stringify(value) as string | undefined
      if (text === undefined) throw expected('a value that JSON can hold', value)
      return Buffer.from(text)
    },
    deserialize: (bytes) => JSON.parse(present(bytes, 'JSON').toString()) as T,
  }
}

/** A serde that also takes null, which in compacted topics is the tombstone that removes a key. */
export function nullable<T>(serde: Serde<T>): Serde<T | null> {
  return {
    serialize: (value, place) => (value === null ? null : serde.serialize(value, place)),
    deserialize: (bytes, place) => (bytes === null ? null : serde.deserialize(bytes, place)),
  }
}

interface Fixed<T> {
  fits(value: T): boolean
  write(buffer: Buffer, value: T): void
  read(buffer: Buffer): T
}

function fixed<T>(what: string, size: number, kind: Fixed<T>): Serde<T> {
  return {
    serialize(value) {
      if (!kind.fits(value)) throw expected(what, value)
      const buffer = Buffer.allocUnsafe(size)
      kind.write(buffer, value)
      return buffer
    },
    deserialize(bytes) {
      const buffer = present(bytes, what)
      if (buffer.length !== size) {
        throw new TypeError(`Expected ${what}, ${size} bytes, but found ${buffer.length} bytes.`)
      }
      return kind.read(buffer)
    },
  }
}

function present(bytes: Buffer | null, what: string): Buffer {
  if (bytes === null) throw expected(what, null)
  return bytes
}

function expected(what: string, value: unknown): TypeError {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  const found = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return new TypeError(`Expected ${what}, found ${found}.`)
}
