/**
 * Golden messages: what Java's own serializers wrote, for every version of every message.
 *
 * Each vector is read and written by the compiled codec and by the interpreter. Reading must give
 * the JSON, writing the same bytes, both from the decoded value and from the JSON; unknown tagged
 * fields must survive, and their loss must give the bytes of the message without them. Integers
 * beyond 2^53 are read as bigint or refused by name.
 */

import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { ByteWriter, messages, ProtocolError } from '@samsa/protocol'
import type { Message } from '@samsa/protocol'
import type { CheckResult } from './check-result.ts'
import { CheckCounter } from './check-result.ts'
import { filesIn } from './files-in.ts'
import { fromJson, toJson } from './json.ts'
import type { Json } from './json.ts'

/** One line of a vectors file. */
export interface MessageVector {
  readonly message: string
  readonly version: number
  readonly kind: 'default' | 'random' | 'wide' | 'unknownTags'
  readonly json: Json
  readonly hex: string
  readonly prefix?: number
  readonly unknown?: readonly { path: string; tag: number; hex: string }[]
  readonly hexKnown?: string
}

/** The vectors of a `.jsonl` file. */
export function readVectors(path: string): MessageVector[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as MessageVector)
}

/** Checks every `.jsonl` file of DIR/vectors, or of DIR itself where it holds them. */
export async function checkMessages(directory: string): Promise<CheckResult> {
  const counter = new CheckCounter()
  for (const file of filesIn(directory, 'vectors', '.jsonl')) {
    for (const vector of readVectors(file)) {
      const { message, version, kind } = vector
      counter.check(`${message} ${version} (${kind})`, () => checkVector(vector))
    }
  }
  return counter.result()
}

/** Throws an error that says what is wrong with a vector, if anything is. */
function checkVector(vector: MessageVector): undefined {
  const { message: name, version } = vector
  const message = messages.get(name) as Message<unknown, unknown> | undefined
  if (message === undefined) throw new Error('no such message')
  if (vector.prefix !== undefined) {
    const prefix = message.prefix === 'version' ? version : (message.prefix ?? message.recordType)
    if (prefix !== vector.prefix) throw new Error(`prefix ${prefix}, not ${vector.prefix}`)
  }
  const decoded = (['compiled', 'interpreted'] as const).map((kind) =>
    checkCodec(message, vector, kind),
  )
  if (!isDeepStrictEqual(decoded[0], decoded[1])) throw new Error('the codecs decode differently')
  if (decoded[0] === undefined) return
  checkFaces(message, vector)
}

/**
 * Reads and writes with one of the codecs; gives what was read, or nothing where it was rightly
 * refused.
 */
function checkCodec(
  message: Message<unknown, unknown>,
  { version, kind, hex, json }: MessageVector,
  codecKind: 'compiled' | 'interpreted',
): unknown {
  const bytes = Buffer.from(hex, 'hex')
  const codec = message.codec(version, codecKind)
  let value: unknown
  try {
    value = codec.decode(bytes, 0)
  } catch (error) {
    if (kind !== 'wide') throw error
    checkRefusal(message, version, bytes)
    return undefined
  }
  if (codec.position !== bytes.length) throw new Error(`${codecKind}: stopped before the end`)
  const found = toJson(message.fields, version, value)
  if (!isDeepStrictEqual(found, json)) {
    throw new Error(`${codecKind}: decoded ${JSON.stringify(found)}, not ${JSON.stringify(json)}`)
  }
  const encode = (input: unknown): string => {
    const writer = new ByteWriter()
    codec.encode(writer, input)
    return writer.finish().toString('hex')
  }
  expectHex(`${codecKind}: decoded and encoded again`, encode(value), hex)
  if (kind !== 'unknownTags') {
    expectHex(`${codecKind}: encoded from JSON`, encode(fromJson(message.fields, json)), hex)
  }
  return value
}

/** A number that JavaScript cannot hold is refused with the name of its field. */
function checkRefusal(message: Message, version: number, bytes: Buffer): void {
  try {
    message.decode(version, bytes)
  } catch (error) {
    if (error instanceof ProtocolError && error.field !== '' && error.reason.includes('unsafe')) {
      return
    }
    throw error
  }
  throw new Error('one codec refuses what the message takes')
}

/**
 * What users call: `decode`, `encode`, `encodeChunks`; and the unknown tagged fields, kept or
 * dropped.
 */
function checkFaces(
  message: Message<unknown, unknown>,
  { version, hex, unknown, hexKnown }: MessageVector,
): void {
  const value = message.decode(version, Buffer.from(hex, 'hex'))
  expectHex('encode', message.encode(version, value).toString('hex'), hex)
  expectHex(
    'encodeChunks',
    Buffer.concat(message.encodeChunks(version, value)).toString('hex'),
    hex,
  )
  if (unknown === undefined || hexKnown === undefined) return
  const kept: { tag: number; hex: string }[] = []
  const known = withoutUnknownTags(value, kept)
  const expected = unknown.map((entry) => ({ tag: entry.tag, hex: entry.hex }))
  if (!isDeepStrictEqual(sorted(kept), sorted(expected))) {
    throw new Error(`unknown tags ${JSON.stringify(kept)}, not ${JSON.stringify(expected)}`)
  }
  expectHex('without unknown tags', message.encode(version, known).toString('hex'), hexKnown)
}

function sorted(tags: { tag: number; hex: string }[]): string[] {
  return tags.map(({ tag, hex }) => `${tag}:${hex}`).sort()
}

function withoutUnknownTags(value: unknown, kept: { tag: number; hex: string }[]): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutUnknownTags(item, kept))
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  const copy: { [name: string]: unknown } = {}
  for (const [name, field] of Object.entries(value)) {
    if (name !== 'unknownTags') copy[name] = withoutUnknownTags(field, kept)
    else for (const { tag, bytes } of field) kept.push({ tag, hex: bytes.toString('hex') })
  }
  return copy
}

function expectHex(what: string, found: string, expected: string): void {
  if (found !== expected) throw new Error(`${what}: ${found}, not ${expected}`)
}
