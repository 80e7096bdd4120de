/**
 * A message: a struct with a name and a range of versions, and the way in to its codecs.
 *
 * Codecs are made for one version at a time, when it is first used: importing every definition
 * costs next to nothing. Invariant: a decoder gives a value or throws a ProtocolError, whatever
 * the bytes.
 */

import { ByteWriter } from '../bytes/writer.ts'
import { ProtocolError } from '../protocol-error.ts'
import type { Codec } from './codec.ts'
import { canCompile, compile } from './compiler.ts'
import type { Decoded, Fields, Input } from './field.ts'
import { interpret } from './interpreter.ts'
import { planStruct } from './plan.ts'

/** First and last version, both included. */
export type VersionRange = readonly [first: number, last: number]

/** What a message's definition says of its versions. */
export interface MessageVersions {
  readonly versions: VersionRange
  /**
   * First version with compact lengths and tagged fields (KIP-482); left out where there is none.
   */
  readonly flexible?: number
  /**
   * The int16 that stands before it where it is stored: the type of a record's key, or the
   * version of a value.
   */
  readonly prefix?: number | 'version'
  /**
   * The type of a metadata record; varints of frame version, type and version stand before it
   * where it is stored.
   */
  readonly recordType?: number
}

/**
 * Encoders in use, and those that wait for the next use: an encoder may be called while another
 * one runs.
 */
const idleWriters: ByteWriter[] = []

/**
 * One message of the protocol, in all its versions. `Out` is what decoding gives, `In` what
 * encoding takes.
 */
export class Message<out Out = unknown, in In = never> {
  readonly name: string
  readonly versions: VersionRange
  /** First flexible version, or Infinity. */
  readonly flexible: number
  readonly prefix: number | 'version' | undefined
  readonly recordType: number | undefined
  readonly fields: Fields
  readonly #compiled: (Codec | undefined)[] = []
  readonly #interpreted: (Codec | undefined)[] = []

  constructor(name: string, versions: MessageVersions, fields: Fields) {
    this.name = name
    this.versions = versions.versions
    this.flexible = versions.flexible ?? Infinity
    this.prefix = versions.prefix
    this.recordType = versions.recordType
    this.fields = fields
  }

  /**
   * Reads a message that ends where the buffer ends; bytes that are left over are a
   * ProtocolError.
   */
  decode(version: number, buffer: Buffer, position = 0): Out {
    const codec = this.#codec(version)
    try {
      const value = codec.decode(buffer, position) as Out
      if (codec.position === buffer.length) return value
    } catch {
      // Said below, with the field and the byte.
    }
    return this.#explain(version, (interpreted) => {
      const value = interpreted.decode(buffer, position) as Out
      const end = interpreted.position
      if (end === buffer.length) return value
      throw new ProtocolError(`${buffer.length - end} bytes are left over`, { position: end })
    })
  }

  /**
   * Reads a message that others may follow, and tells where it ends: headers stand before bodies.
   */
  decodeFrom(version: number, buffer: Buffer, position = 0): { value: Out; end: number } {
    const codec = this.#codec(version)
    try {
      const value = codec.decode(buffer, position) as Out
      return { value, end: codec.position }
    } catch {
      return this.#explain(version, (interpreted) => {
        const value = interpreted.decode(buffer, position) as Out
        return { value, end: interpreted.position }
      })
    }
  }

  /** The bytes of a value, in one buffer. */
  encode(version: number, value: In): Buffer {
    return this.#withWriter(version, value, (writer) => writer.finish())
  }

  /**
   * The bytes of a value as chunks for one `writev`; large bytes and records are the buffers that
   * were given.
   */
  encodeChunks(version: number, value: In): Buffer[] {
    return this.#withWriter(version, value, (writer) => writer.chunks())
  }

  /**
   * Writes a value behind what a writer holds already. Throws ProtocolError for a value of the
   * wrong type, KafkaError UNSUPPORTED_VERSION for one that this version cannot carry; the writer
   * is of no more use then.
   */
  write(version: number, value: In, writer: ByteWriter): void {
    const start = writer.position
    try {
      this.#codec(version).encode(writer, value)
    } catch (error) {
      this.#explain(version, (interpreted) => interpreted.encode(new ByteWriter(), value))
      throw new Error(`the codecs of ${this.name} version ${version} disagree at ${start}`, {
        cause: error,
      })
    }
  }

  /** The codec of one kind, for the test that holds them against each other. */
  codec(version: number, kind: 'compiled' | 'interpreted'): Codec {
    const codecs = kind === 'compiled' ? this.#compiled : this.#interpreted
    const known = codecs[version]
    if (known !== undefined) return known
    this.#checkVersion(version)
    const plan = planStruct(this.fields, version, version >= this.flexible)
    const made = kind === 'compiled' ? compile(plan) : interpret(plan)
    codecs[version] = made
    return made
  }

  #codec(version: number): Codec {
    return this.#compiled[version] ?? this.codec(version, canCompile ? 'compiled' : 'interpreted')
  }

  #checkVersion(version: number): void {
    const [first, last] = this.versions
    if (Number.isInteger(version) && version >= first && version <= last) return
    throw new ProtocolError(`there are versions ${first} to ${last}`).of(this.name, version)
  }

  /** Runs the interpreter, which says exactly what is wrong. */
  #explain<T>(version: number, run: (codec: Codec) => T): T {
    try {
      return run(this.codec(version, 'interpreted'))
    } catch (error) {
      if (error instanceof ProtocolError) throw error.of(this.name, version)
      throw error
    }
  }

  #withWriter<T>(version: number, value: In, use: (writer: ByteWriter) => T): T {
    const writer = idleWriters.pop() ?? new ByteWriter()
    try {
      this.write(version, value, writer)
      return use(writer)
    } finally {
      writer.reset()
      idleWriters.push(writer)
    }
  }
}

/**
 * Defines a message that is no request or response: a header, a record of a coordinator, data
 * inside other messages.
 */
export function message<const F extends Fields>(
  name: string,
  versions: MessageVersions,
  fields: F,
): Message<Decoded<F>, Input<F>> {
  return new Message(name, versions, fields)
}
