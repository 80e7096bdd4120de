/**
 * A schema seen from one version: which fields stand where, how their lengths are written, what
 * absent ones are.
 *
 * Both codecs, the interpreter and the compiler, are made from this plan and from nothing else.
 * Invariant: `slots` are in the order of the wire and hold every field of the schema, present or
 * not; `tagged` are the present tagged ones by tag.
 */

import type { Fields, FieldSpec, ScalarKind, Type } from './field.ts'
import { defaultOf } from './defaults.ts'

/** What a value looks like in one version. */
export type Shape = ScalarShape | ArrayShape | StructShape

interface ScalarShape {
  readonly kind: ScalarKind
}

interface ArrayShape {
  readonly kind: 'array'
  readonly element: Shape
  /** Fewest bytes one element takes, at least 1: what an array's length is checked against. */
  readonly elementBytes: number
}

export interface StructShape {
  readonly kind: 'struct'
  readonly slots: readonly Slot[]
  readonly tagged: readonly Slot[]
  /** Tagged fields stand at the end. */
  readonly flexible: boolean
}

/** One field in one version. */
export interface Slot {
  readonly name: string
  readonly spec: FieldSpec
  readonly shape: Shape
  /** Whether this version has the field at all. */
  readonly present: boolean
  readonly nullable: boolean
  /** Lengths are varints, one more than the length. */
  readonly compact: boolean
  /** What decoding gives when the field is absent. */
  readonly default: unknown
  /** May be left out on encode, and is then `encodeDefault`. */
  readonly omissible: boolean
  /**
   * The default, or the zero of the type where the default is null and this version has no null.
   */
  readonly encodeDefault: unknown
}

/** Bytes of the kinds that always take the same; undefined for those that do not. */
export const FIXED_BYTES: { readonly [kind in Shape['kind']]?: number } = {
  int8: 1,
  bool: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  wideInt64: 8,
  float64: 8,
  uuid: 16,
}

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9]*$/

/**
 * The plan of a struct in a version. Throws RangeError for a schema that makes no sense: a bug of
 * ours.
 */
export function planStruct(fields: Fields, version: number, flexible: boolean): StructShape {
  const slots = Object.entries(fields).map(([name, { spec }]) =>
    planSlot(name, spec, version, flexible),
  )
  const tagged = slots
    .filter(({ present, spec }) => present && spec.tag >= 0)
    .sort((a, b) => a.spec.tag - b.spec.tag)
  if (tagged.length > 0 && !flexible) {
    throw new RangeError(`${tagged[0]!.name} is tagged in version ${version}, which has no tags`)
  }
  return { kind: 'struct', slots, tagged, flexible }
}

function planSlot(name: string, spec: FieldSpec, version: number, flexible: boolean): Slot {
  // Names become source text in the compiler. Definitions are constants, and this holds them to it.
  if (!IDENTIFIER.test(name)) throw new RangeError(`${name} is not a field name`)
  const present = version >= spec.since && version <= spec.until
  const nullable = present && version >= spec.nullableSince
  const fallback = defaultOf(spec)
  return {
    name,
    spec,
    shape: planType(spec.type, version, flexible),
    present,
    nullable,
    compact: flexible && !spec.inflexible,
    default: fallback,
    omissible:
      spec.default !== undefined || spec.tag >= 0 || spec.since > 0 || spec.until < Infinity,
    encodeDefault:
      fallback === null && !nullable ? defaultOf({ ...spec, default: undefined }) : fallback,
  }
}

function planType(type: Type, version: number, flexible: boolean): Shape {
  switch (type.kind) {
    case 'array': {
      const element = planType(type.element, version, flexible)
      // Java holds every length against the bytes that remain, as if no element were smaller than
      // one.
      return { kind: 'array', element, elementBytes: Math.max(1, leastBytes(element, flexible)) }
    }
    case 'struct':
      return planStruct(type.fields, version, flexible)
    default:
      return type
  }
}

/** Fewest bytes a value can take. */
function leastBytes(shape: Shape, compact: boolean): number {
  if (shape.kind === 'struct') {
    let least = shape.flexible ? 1 : 0
    for (const slot of shape.slots) {
      if (!slot.present || slot.spec.tag >= 0) continue
      least += slot.nullable ? leastNullable(slot) : leastBytes(slot.shape, slot.compact)
    }
    return least
  }
  return FIXED_BYTES[shape.kind] ?? (compact ? 1 : shape.kind === 'string' ? 2 : 4)
}

function leastNullable({ shape, compact }: Slot): number {
  return shape.kind === 'struct' ? 1 : leastBytes(shape, compact)
}
