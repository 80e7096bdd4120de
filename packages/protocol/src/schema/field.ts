/**
 * The language that message definitions are written in: one row per field, versions beside the
 * type.
 *
 *     leaderEpoch: int32.since(7).default(-1),
 *     offlineReplicas: array(int32).since(5),
 *
 * A field is immutable; each method gives a new one. Both TypeScript types of a message (what a
 * decoder gives, what an encoder takes) are inferred from its fields, and the codecs are made
 * from the same `spec`, so they cannot disagree.
 *
 * What a field is in a version that lacks it: its default, and without one the zero of its type
 * (0, false, '', empty). Java's rule counts on encode: a value other than the default, in a
 * version that cannot carry it, is an error unless the field is `ignorable`.
 */

import type { UnknownTag } from '../bytes/writer.ts'
import type { Uuid } from '../uuid.ts'

/** What stands on the wire, apart from arrays and structs. */
export type ScalarKind =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'wideInt64'
  | 'uint16'
  | 'uint32'
  | 'float64'
  | 'bool'
  | 'uuid'
  | 'string'
  | 'bytes'
  | 'records'

/** The type of a field, without its versions. */
export type Type =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'array'; readonly element: Type }
  | { readonly kind: 'struct'; readonly fields: Fields }

/** Everything the codecs know of one field. Versions are the message's, both ends included. */
export interface FieldSpec {
  readonly type: Type
  readonly since: number
  readonly until: number
  /** The explicit default; undefined means the zero of the type. */
  readonly default: unknown
  /** First version in which null is allowed; Infinity where it never is. */
  readonly nullableSince: number
  /** The tag, or -1 for a field that stands in the body. */
  readonly tag: number
  readonly ignorable: boolean
  /**
   * Keeps the lengths of inflexible versions in flexible ones; only the request header's client
   * id does.
   */
  readonly inflexible: boolean
}

const MANDATORY: Omit<FieldSpec, 'type'> = {
  since: 0,
  until: Infinity,
  default: undefined,
  nullableSince: Infinity,
  tag: -1,
  ignorable: false,
  inflexible: false,
}

/**
 * One field. `Out` is what decoding gives, `In` what encoding takes; an `Omissible` field may be
 * left out of the latter.
 */
export class Field<out Out, out In = Out, out Omissible extends boolean = false> {
  readonly spec: FieldSpec
  // Types only: never there at run time.
  declare readonly out: Out
  declare readonly in: In
  declare readonly omissible: Omissible

  constructor(spec: FieldSpec) {
    this.spec = spec
  }

  /** First version that has the field. */
  since(version: number): Field<Out, In, true> {
    return new Field({ ...this.spec, since: version })
  }

  /** Last version that has the field. */
  until(version: number): Field<Out, In, true> {
    return new Field({ ...this.spec, until: version })
  }

  /**
   * The value in versions without the field, of an absent tagged field, and of a property left
   * out on encode.
   */
  default(value: Out): Field<Out, In, true> {
    return new Field({ ...this.spec, default: value })
  }

  /** Null is allowed, from a version on where it was not so at first. */
  nullable(since = 0): Field<Out | null, In | null, Omissible> {
    return new Field({ ...this.spec, nullableSince: since })
  }

  /** Stands among the tagged fields (KIP-482), and only when it differs from its default. */
  tagged(tag: number, since = this.spec.since): Field<Out, In, true> {
    return new Field({ ...this.spec, tag, since })
  }

  /** Dropped without complaint by versions that cannot carry it. */
  ignorable(): Field<Out, In, Omissible> {
    return new Field({ ...this.spec, ignorable: true })
  }

  /** Keeps an int16 length in flexible versions. */
  inflexible(): Field<Out, In, Omissible> {
    return new Field({ ...this.spec, inflexible: true })
  }
}

/** Any field, where its types do not matter. */
export type AnyField = Field<unknown, unknown, boolean>

/** The fields of a struct or message, in the order of the wire. */
export interface Fields {
  readonly [name: string]: AnyField
}

interface WithUnknownTags {
  /** Tagged fields of a later version; only there when there are any. */
  readonly unknownTags?: readonly UnknownTag[]
}

/** What decoding a struct gives: every field of every version, absent ones with their default. */
export type Decoded<F> = { readonly [K in keyof F]: OutOf<F[K]> } & WithUnknownTags

/**
 * What encoding a struct takes: fields that have a default, or are not in all versions, may be
 * left out.
 */
export type Input<F> = {
  readonly [K in keyof F as IsOmissible<F[K]> extends true ? never : K]: InOf<F[K]>
} & {
  readonly [K in keyof F as IsOmissible<F[K]> extends true ? K : never]?: InOf<F[K]> | undefined
} & WithUnknownTags

type OutOf<F> = F extends { readonly out: infer Out } ? Out : never
type InOf<F> = F extends { readonly in: infer In } ? In : never
type IsOmissible<F> = F extends { readonly omissible: infer Omissible } ? Omissible : never

function scalar<Out, In = Out>(kind: ScalarKind): Field<Out, In> {
  return new Field({ ...MANDATORY, type: { kind } })
}

/** A signed byte. */
export const int8 = scalar<number>('int8')
/** Two bytes, signed. */
export const int16 = scalar<number>('int16')
/** Four bytes, signed. */
export const int32 = scalar<number>('int32')
/** Two bytes, unsigned. */
export const uint16 = scalar<number>('uint16')
/** Four bytes, unsigned. */
export const uint32 = scalar<number>('uint32')
/** An IEEE 754 double. */
export const float64 = scalar<number>('float64')
/** One byte, 0 or 1. */
export const bool = scalar<boolean>('bool')
/** UTF-8 behind its length: int16, or a varint in flexible versions. */
export const string = scalar<string>('string')

/** A number, checked to be a safe integer at decode: offsets, timestamps, producer ids. */
export const int64 = scalar<number>('int64')

/**
 * A bigint, for the few fields in which real peers send more than 2^53: hashes, and sizes and
 * offsets of Long.MAX_VALUE.
 */
export const wideInt64 = scalar<bigint>('wideInt64')

/** Kafka's uuid in its 22-letter form. */
export const uuid = scalar<Uuid>('uuid')

/** Decoded as a view of the input; large ones are kept by reference on encode. */
export const bytes = scalar<Buffer, Uint8Array>('bytes')

/**
 * Record batches: a view of the input on decode; on encode also chunks, written one after the
 * other.
 */
export const records = scalar<Buffer, Uint8Array | readonly Uint8Array[]>('records')

/** A struct: fields one after the other, and in flexible versions the tagged ones behind them. */
export function struct<const F extends Fields>(fields: F): Field<Decoded<F>, Input<F>> {
  return new Field({ ...MANDATORY, type: { kind: 'struct', fields } })
}

/** An array of a field's type, or of structs where fields are given. */
export function array<Out, In>(element: Field<Out, In>): Field<readonly Out[], readonly In[]>
export function array<const F extends Fields>(
  fields: F,
): Field<readonly Decoded<F>[], readonly Input<F>[]>
export function array(element: AnyField | Fields): AnyField {
  const type: Type =
    element instanceof Field ? element.spec.type : { kind: 'struct', fields: element }
  return new Field({ ...MANDATORY, type: { kind: 'array', element: type } })
}
