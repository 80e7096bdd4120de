/**
 * Between decoded messages and the JSON of golden vectors, in both directions, after the schema.
 *
 * The JSON has the fields of its version only: bytes as base64, wide integers as decimal strings,
 * tagged fields only where they differ from their default.
 */

import { isDefault } from '@samsa/protocol'
import type { Fields, FieldSpec, Type } from '@samsa/protocol'

/** JSON of a vector. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json }

type Struct = { readonly [name: string]: unknown }

const isPresent = (spec: FieldSpec, version: number): boolean =>
  version >= spec.since && version <= spec.until

/** The vector's JSON of a decoded struct. */
export function toJson(fields: Fields, version: number, value: unknown): Json {
  const json: { [name: string]: Json } = {}
  for (const [name, { spec }] of Object.entries(fields)) {
    if (!isPresent(spec, version)) continue
    const field = (value as Struct)[name]
    if (spec.tag >= 0 && isDefault(spec, field)) continue
    json[name] = field === null ? null : typeToJson(spec.type, version, field)
  }
  return json
}

function typeToJson(type: Type, version: number, value: unknown): Json {
  switch (type.kind) {
    case 'struct':
      return toJson(type.fields, version, value)
    case 'array':
      return (value as readonly unknown[]).map((item) => typeToJson(type.element, version, item))
    case 'bytes':
    case 'records':
      return (value as Buffer).toString('base64')
    case 'wideInt64': {
      const number = Number(value)
      return Number.isSafeInteger(number) ? number : String(value)
    }
    default:
      return value as Json
  }
}

/** The value to encode for a vector's JSON; what the JSON leaves out is left out. */
export function fromJson(fields: Fields, json: Json): Struct {
  const value: { [name: string]: unknown } = {}
  for (const [name, field] of Object.entries(json as { readonly [name: string]: Json })) {
    const spec = fields[name]?.spec
    if (spec === undefined) throw new RangeError(`the schema has no field ${name}`)
    value[name] = field === null ? null : typeFromJson(spec.type, field)
  }
  return value
}

function typeFromJson(type: Type, json: Json): unknown {
  switch (type.kind) {
    case 'struct':
      return fromJson(type.fields, json)
    case 'array':
      return (json as readonly Json[]).map((item) => typeFromJson(type.element, item))
    case 'bytes':
    case 'records':
      return Buffer.from(json as string, 'base64')
    case 'wideInt64':
      return BigInt(json as string | number)
    default:
      return json
  }
}
