/** The interpreter's reading half: one closure for each field of a plan. */

import { MAX_STRING_BYTES } from '../bytes/limits.ts'
import type { ByteReader } from '../bytes/reader.ts'
import type { UnknownTag } from '../bytes/writer.ts'
import type { ScalarKind } from './field.ts'
import type { Shape, Slot, StructShape } from './plan.ts'
import { EMPTY_BYTES } from './defaults.ts'
import { within } from './within.ts'

type Read = (reader: ByteReader) => unknown

/** How the lengths of a place are written, and whether null may stand there. */
interface Place {
  readonly compact: boolean
  readonly nullable: boolean
}

/** Reads the fields of a struct, one after the other, then its tagged ones. */
export function structDecoder({ slots, tagged, flexible }: StructShape): Read {
  const names = slots.map(({ name }) => name)
  const reads = slots.map((slot) => slotDecoder(slot))
  const readTags = flexible ? tagsDecoder(tagged) : undefined
  return (reader) => {
    const value: { [name: string]: unknown } = {}
    let i = 0
    try {
      for (; i < reads.length; i++) value[names[i]!] = reads[i]!(reader)
    } catch (error) {
      throw within(error, names[i]!)
    }
    readTags?.(reader, value)
    return value
  }
}

function slotDecoder(slot: Slot): Read {
  const fallback = slot.default
  if (!slot.present || slot.spec.tag >= 0) return () => fallback
  return typeDecoder(slot.shape, slot)
}

function typeDecoder(shape: Shape, place: Place): Read {
  switch (shape.kind) {
    case 'array':
      return arrayDecoder(shape.element, shape.elementBytes, place)
    case 'struct': {
      const read = structDecoder(shape)
      return place.nullable ? (reader) => (reader.int8() < 0 ? null : read(reader)) : read
    }
    case 'string':
      return (reader) => {
        const length = nullableLength(reader, place, 'int16')
        if (length > MAX_STRING_BYTES) throw reader.fault(`a string of ${length} bytes`)
        return length < 0 ? null : reader.text(length)
      }
    case 'bytes':
    case 'records':
      return (reader) => {
        const length = nullableLength(reader, place, 'int32')
        if (length < 0) return null
        return length === 0 ? EMPTY_BYTES : reader.bytes(length)
      }
    default:
      return scalarDecoder(shape.kind)
  }
}

function scalarDecoder(kind: Exclude<ScalarKind, 'string' | 'bytes' | 'records'>): Read {
  return (reader) => reader[kind]()
}

/** A length, or -1 for null where that is allowed. */
function nullableLength(reader: ByteReader, place: Place, plain: 'int16' | 'int32'): number {
  const start = reader.position
  const length = place.compact ? reader.unsignedVarint() - 1 : reader[plain]()
  if (length < 0 && !place.nullable) throw reader.fault('null, which is not allowed here', start)
  return length
}

function arrayDecoder(element: Shape, elementBytes: number, place: Place): Read {
  const read = typeDecoder(element, { compact: place.compact, nullable: false })
  return (reader) => {
    const start = reader.position
    const length = nullableLength(reader, place, 'int32')
    if (length < 0) return null
    if (length * elementBytes > reader.remaining) {
      throw reader.fault(`an array of ${length}, ${reader.remaining} bytes remain`, start)
    }
    const values: unknown[] = []
    try {
      while (values.length < length) values.push(read(reader))
    } catch (error) {
      throw within(error, `[${values.length}]`)
    }
    return values
  }
}

function tagsDecoder(
  tagged: readonly Slot[],
): (reader: ByteReader, value: { [name: string]: unknown }) => void {
  const known = new Map(
    tagged.map((slot) => [slot.spec.tag, { name: slot.name, read: taggedDecoder(slot) }]),
  )
  return (reader, value) => {
    const count = reader.unsignedVarint()
    let unknown: UnknownTag[] | undefined
    for (let i = 0; i < count; i++) {
      const tag = reader.unsignedVarint()
      const size = reader.unsignedVarint()
      const field = known.get(tag)
      if (field === undefined) {
        if (--reader.spareTags < 0) throw reader.fault('too many unknown tagged fields')
        unknown ??= []
        unknown.push({ tag, bytes: reader.bytes(size) })
        continue
      }
      try {
        value[field.name] = readSized(reader, size, field.read)
      } catch (error) {
        throw within(error, field.name)
      }
    }
    if (unknown !== undefined) value['unknownTags'] = unknown
  }
}

/** Reads exactly the bytes that a tagged field claims to have. */
function readSized(reader: ByteReader, size: number, read: Read): unknown {
  const start = reader.take(size)
  const outerEnd = reader.end
  const end = reader.position
  reader.position = start
  reader.end = end
  const value = read(reader)
  reader.end = outerEnd
  if (reader.position !== end)
    throw reader.fault(`${end - reader.position} bytes too many in a tag`)
  return value
}

/** As in the body, but a null struct is 0 here, not -1: Java writes it so, and cannot read it. */
function taggedDecoder(slot: Slot): Read {
  if (slot.shape.kind !== 'struct' || !slot.nullable) return typeDecoder(slot.shape, slot)
  const read = structDecoder(slot.shape)
  return (reader) => (reader.int8() <= 0 ? null : read(reader))
}
