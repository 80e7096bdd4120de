/**
 * The interpreter's writing half: one closure for each field of a plan, which checks every value
 * it is given.
 */

import { isBytes } from '../bytes/writer.ts'
import type { ByteWriter, UnknownTag } from '../bytes/writer.ts'
import { KafkaError } from '../errors.ts'
import { isDefault } from './defaults.ts'
import type { ScalarKind } from './field.ts'
import type { Shape, Slot, StructShape } from './plan.ts'
import { within } from './within.ts'

type Write = (writer: ByteWriter, value: unknown) => void

/** Writes the fields of a struct, one after the other, then its tagged ones. */
export function structEncoder({ slots, tagged, flexible }: StructShape): Write {
  const names = slots.map(({ name }) => name)
  const writes = slots.map((slot) => slotEncoder(slot))
  const writeTags = flexible ? tagsEncoder(tagged) : undefined
  return (writer, value) => {
    if (typeof value !== 'object' || value === null) throw writer.fault('is not an object')
    const values = value as { readonly [name: string]: unknown }
    let i = 0
    try {
      for (; i < writes.length; i++) writes[i]!(writer, values[names[i]!])
    } catch (error) {
      throw within(error, names[i]!)
    }
    writeTags?.(writer, values)
  }
}

function slotEncoder(slot: Slot): Write {
  if (!slot.present) return absentEncoder(slot)
  if (slot.spec.tag >= 0) return () => {}
  const write = typeEncoder(slot.shape, slot.compact)
  const marked = slot.shape.kind === 'struct' && slot.nullable
  const { omissible, encodeDefault } = slot
  const writeNull = nullEncoder(slot)
  return (writer, given) => {
    const value = given === undefined && omissible ? encodeDefault : given
    if (value === undefined) throw writer.fault('is missing')
    if (value === null) {
      writeNull(writer)
      return
    }
    if (marked) writer.int8(1)
    write(writer, value)
  }
}

/** A version that lacks the field carries the default, and drops what may be ignored. */
function absentEncoder({ spec, name }: Slot): Write {
  if (spec.ignorable) return () => {}
  return (_writer, value) => {
    if (isDefault(spec, value)) return
    throw new KafkaError(
      'UNSUPPORTED_VERSION',
      `${name} is set, and this version of the message cannot carry it`,
    )
  }
}

function nullEncoder({ nullable, compact, shape }: Slot): (writer: ByteWriter) => void {
  if (!nullable) {
    return (writer) => {
      throw writer.fault('null, which is not allowed here')
    }
  }
  if (shape.kind === 'struct') return (writer) => writer.int8(-1)
  if (compact) return (writer) => writer.unsignedVarint(0)
  if (shape.kind === 'string') return (writer) => writer.int16(-1)
  return (writer) => writer.int32(-1)
}

/** Writes a value that is not null, without the marker of a nullable struct. */
function typeEncoder(shape: Shape, compact: boolean): Write {
  switch (shape.kind) {
    case 'array':
      return arrayEncoder(shape.element, compact)
    case 'struct':
      return structEncoder(shape)
    case 'string':
      return compact
        ? (writer, value) => writer.compactString(value as string)
        : (writer, value) => writer.string(value as string)
    case 'bytes':
    case 'records':
      return bytesEncoder(shape.kind, compact)
    default:
      return scalarEncoder(shape.kind)
  }
}

function arrayEncoder(element: Shape, compact: boolean): Write {
  const write = typeEncoder(element, compact)
  return (writer, values) => {
    if (!Array.isArray(values)) throw writer.fault('is not an array')
    writer.length(values.length, compact)
    let i = 0
    try {
      for (; i < values.length; i++) write(writer, values[i])
    } catch (error) {
      throw within(error, `[${i}]`)
    }
  }
}

function bytesEncoder(kind: 'bytes' | 'records', compact: boolean): Write {
  return (writer, value) => {
    const chunks: readonly unknown[] = kind === 'records' && Array.isArray(value) ? value : [value]
    let length = 0
    for (const chunk of chunks) {
      if (!isBytes(chunk)) throw writer.fault('is not bytes')
      length += chunk.length
    }
    writer.length(length, compact)
    for (const chunk of chunks) writer.splice(chunk as Uint8Array)
  }
}

const RANGES: { readonly [kind: string]: readonly [number, number] } = {
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-2147483648, 2147483647],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint16: [0, 65535],
  uint32: [0, 4294967295],
}

function scalarEncoder(kind: Exclude<ScalarKind, 'string' | 'bytes' | 'records'>): Write {
  switch (kind) {
    case 'bool':
      return (writer, value) => {
        if (typeof value !== 'boolean') throw writer.fault('is not a boolean')
        writer.int8(value ? 1 : 0)
      }
    case 'float64':
      return (writer, value) => {
        if (typeof value !== 'number') throw writer.fault('is not a number')
        writer.float64(value)
      }
    case 'wideInt64':
      return (writer, value) => {
        if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) {
          throw writer.fault('is not a bigint of 64 bits')
        }
        writer.wideInt64(value)
      }
    case 'uuid':
      return (writer, value) => writer.uuid(value as string)
    default:
      return integerEncoder(kind)
  }
}

function integerEncoder(kind: 'int8' | 'int16' | 'int32' | 'int64' | 'uint16' | 'uint32'): Write {
  const [least, most] = RANGES[kind]!
  const write = kind === 'uint16' ? 'int16' : kind === 'uint32' ? 'int32' : kind
  return (writer, value) => {
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
      throw writer.fault(`${String(value)} is not an ${kind}`)
    }
    writer[write](value as number)
  }
}

type WriteTags = (writer: ByteWriter, values: { readonly [name: string]: unknown }) => void

function tagsEncoder(tagged: readonly Slot[]): WriteTags {
  const fields = tagged.map((slot) => ({ slot, write: taggedEncoder(slot) }))
  return (writer, values) => {
    const unknown = (values['unknownTags'] ?? []) as readonly UnknownTag[]
    const set = fields.filter(({ slot: { name, spec } }) => !isDefault(spec, values[name]))
    writer.unsignedVarint(set.length + unknown.length)
    let next = 0
    for (const { slot, write } of set) {
      next = writer.unknownTags(unknown, next, slot.spec.tag)
      writer.unsignedVarint(slot.spec.tag)
      const opened = writer.openTag()
      try {
        write(writer, values[slot.name])
      } catch (error) {
        throw within(error, slot.name)
      }
      writer.closeTag(opened)
    }
    writer.unknownTags(unknown, next, Infinity)
  }
}

/** As in the body, but a null struct is 0 here, not -1. */
function taggedEncoder(slot: Slot): Write {
  const write = typeEncoder(slot.shape, slot.compact)
  const isStruct = slot.shape.kind === 'struct'
  const writeNull =
    isStruct && slot.nullable ? (writer: ByteWriter) => writer.int8(0) : nullEncoder(slot)
  return (writer, value) => {
    if (value === null) {
      writeNull(writer)
      return
    }
    if (isStruct && slot.nullable) writer.int8(1)
    write(writer, value)
  }
}
