/**
 * Default values, and whether a value is one.
 *
 * Invariant: the default of a field is the same object every time, so that decoding an absent
 * struct allocates nothing and the encoder's commonest comparison is one `===`. Decoded values
 * are readonly by type; nobody writes to these.
 */

import { ZERO_UUID } from '../uuid.ts'
import type { Fields, FieldSpec, Type } from './field.ts'

/** All bytes of no length: a view of a frame would be as large as a struct. */
export const EMPTY_BYTES: Buffer = Buffer.alloc(0)
const EMPTY_ARRAY: readonly unknown[] = []

/** Objects made of defaults, one for each struct type of the schema. */
const structs = new WeakMap<Fields, unknown>()

/** The value of a field that is not there. */
export function defaultOf(spec: FieldSpec): unknown {
  if (spec.default !== undefined) return spec.default
  if (spec.type.kind === 'records' && spec.nullableSince !== Infinity) return null
  return zeroOf(spec.type)
}

function zeroOf(type: Type): unknown {
  switch (type.kind) {
    case 'string':
      return ''
    case 'bool':
      return false
    case 'uuid':
      return ZERO_UUID
    case 'wideInt64':
      return 0n
    case 'bytes':
    case 'records':
      return EMPTY_BYTES
    case 'array':
      return EMPTY_ARRAY
    case 'struct':
      return zeroStruct(type.fields)
    default:
      return 0
  }
}

function zeroStruct(fields: Fields): unknown {
  let zero = structs.get(fields)
  if (zero === undefined) {
    zero = Object.fromEntries(
      Object.entries(fields).map(([name, { spec }]) => [name, defaultOf(spec)]),
    )
    structs.set(fields, zero)
  }
  return zero
}

/**
 * Whether a value is the field's default: then a tagged field is not written, and an absent one
 * is not missed.
 */
export function isDefault(spec: FieldSpec, value: unknown): boolean {
  const fallback = defaultOf(spec)
  if (value === fallback || value === undefined) return true
  if (value === null || fallback === null) return false
  switch (spec.type.kind) {
    case 'array':
    case 'bytes':
    case 'records':
      return (value as { length?: unknown }).length === 0
    case 'struct':
      return isDefaultStruct(spec.type.fields, value as { readonly [name: string]: unknown })
    default:
      return false
  }
}

function isDefaultStruct(fields: Fields, value: { readonly [name: string]: unknown }): boolean {
  if (value['unknownTags'] !== undefined) return false
  for (const name in fields) if (!isDefault(fields[name]!.spec, value[name])) return false
  return true
}
