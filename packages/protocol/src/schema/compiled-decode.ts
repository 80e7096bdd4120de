/**
 * Writes the source of decoders.
 *
 * In the generated code `b` is the buffer, `p` the position, `end` (or a tagged field's own
 * bound) where reading stops, and `c` the cursor: helpers leave the new position there. Every
 * read is preceded by a check that it lies before the end, and every length is held against what
 * remains before anything is allocated.
 */

import { MAX_STRING_BYTES } from '../bytes/limits.ts'
import { readText } from '../bytes/text.ts'
import type { UnknownTag } from '../bytes/writer.ts'
import { uuidFromBytes } from '../uuid.ts'
import { EMPTY_BYTES } from './defaults.ts'
import type { ScalarKind } from './field.ts'
import { MISFIT } from './misfit.ts'
import { FIXED_BYTES } from './plan.ts'
import type { Shape, Slot, StructShape } from './plan.ts'
import { Source } from './source.ts'

interface Cursor {
  position: number
  spareTags: number
}

/** Decodes at a position and leaves the end of the value in the cursor. */
export type CompiledDecode = (b: Buffer, p: number, end: number, c: Cursor) => unknown

/** Compiles the decoder of a plan. */
export function compileDecoder(plan: StructShape): CompiledDecode {
  return new Decoder().compile(plan)
}

/** The rest of a varint whose first byte, already read, was above 127. */
function varintRest(b: Buffer, start: number, end: number, first: number, c: Cursor): number {
  let value = first & 127
  let p = start
  for (let shift = 7; shift < 35; shift += 7) {
    if (p >= end) throw MISFIT
    const byte = b[p++]!
    value |= (byte & 127) << shift
    if (byte > 127) continue
    c.position = p
    return value >>> 0
  }
  throw MISFIT
}

/** Tagged fields in a place that knows none. */
function unknownTags(
  b: Buffer,
  start: number,
  end: number,
  count: number,
  c: Cursor,
): UnknownTag[] {
  const tags: UnknownTag[] = []
  c.position = start
  for (let i = 0; i < count; i++) {
    const tag = varint(b, end, c)
    tags.push(unknownTag(b, end, tag, varint(b, end, c), c))
  }
  return tags
}

function varint(b: Buffer, end: number, c: Cursor): number {
  const p = c.position
  if (p >= end) throw MISFIT
  const first = b[p]!
  c.position = p + 1
  return first > 127 ? varintRest(b, p + 1, end, first, c) : first
}

function unknownTag(b: Buffer, end: number, tag: number, size: number, c: Cursor): UnknownTag {
  const start = c.position
  if (size > end - start || --c.spareTags < 0) throw MISFIT
  c.position = start + size
  return { tag, bytes: b.subarray(start, start + size) }
}

const INT32 = (at: string): string => bytesOf(at, [24, 16, 8, 0])

function bytesOf(at: string, shifts: readonly number[]): string {
  const parts = shifts.map((shift, i) => {
    const byte = `b[${at}${i === 0 ? '' : ` + ${i}`}]`
    return shift === 0 ? byte : `${byte} << ${shift}`
  })
  return `(${parts.join(' | ')})`
}

class Decoder {
  readonly #source = new Source((bytes) => `if (p + ${bytes} > ${this.#end}) throw ${this.#misfit}`)
  readonly #misfit = this.#source.constant(MISFIT)
  /** Variable that holds the present bound. */
  #end = 'end'

  compile(plan: StructShape): CompiledDecode {
    const value = this.#struct(plan)
    this.#source.line('c.position = p')
    this.#source.line(`return ${value}`)
    return this.#source.build(['b', 'p', 'end', 'c']) as CompiledDecode
  }

  /** Emits the reading of a struct and gives the variable that holds it. */
  #struct({ slots, tagged, flexible }: StructShape): string {
    const source = this.#source
    const values = slots.map((slot) => {
      if (slot.present && slot.spec.tag < 0) return this.#value(slot.shape, slot)
      const fallback = source.constant(slot.default)
      if (!slot.present) return fallback
      const variable = source.name('v')
      source.lead(`let ${variable} = ${fallback}`)
      return variable
    })
    const unknown = flexible ? this.#tags(tagged, slots, values) : undefined
    const struct = source.name('o')
    const properties = slots.map(({ name }, i) => `${name}: ${values[i]!}`)
    source.line(`const ${struct} = { ${properties.join(', ')} }`)
    if (unknown) source.line(`if (${unknown} !== undefined) ${struct}.unknownTags = ${unknown}`)
    return struct
  }

  /** Emits the reading of one value and gives the variable that holds it. */
  #value(
    shape: Shape,
    place: { readonly compact: boolean; readonly nullable: boolean },
    nullMarker = '< 0',
  ): string {
    switch (shape.kind) {
      case 'array':
        return this.#array(shape.element, shape.elementBytes, place)
      case 'struct':
        if (!place.nullable) return this.#struct(shape)
        return this.#nullableStruct(shape, nullMarker)
      case 'string':
      case 'bytes':
      case 'records':
        return this.#sized(shape.kind, place)
      default:
        return this.#fixed(shape.kind)
    }
  }

  #fixed(kind: Exclude<ScalarKind, 'string' | 'bytes' | 'records'>): string {
    const source = this.#source
    const variable = source.name('v')
    const read = this.#reader(kind)
    const unsafe = `${variable} > 9007199254740991 || ${variable} < -9007199254740991`
    const check = kind === 'int64' ? `if (${unsafe}) throw ${this.#misfit}` : undefined
    source.fixed(FIXED_BYTES[kind]!, (at) => `const ${variable} = ${read(at)}`, check)
    return variable
  }

  #reader(kind: Exclude<ScalarKind, 'string' | 'bytes' | 'records'>): (at: string) => string {
    switch (kind) {
      case 'int8':
        return (at) => `b[${at}] << 24 >> 24`
      case 'bool':
        return (at) => `b[${at}] !== 0`
      case 'int16':
        return (at) => `${bytesOf(at, [24, 16])} >> 16`
      case 'uint16':
        return (at) => bytesOf(at, [8, 0])
      case 'int32':
        return INT32
      case 'uint32':
        return (at) => `${INT32(at)} >>> 0`
      case 'int64':
        return (at) => `${INT32(at)} * 4294967296 + (${INT32(`${at} + 4`)} >>> 0)`
      case 'wideInt64':
        return (at) => `b.readBigInt64BE(${at})`
      case 'float64':
        return (at) => `b.readDoubleBE(${at})`
      case 'uuid': {
        const read = this.#source.constant(uuidFromBytes)
        return (at) => `${read}(b, ${at})`
      }
    }
  }

  /** Emits the reading of a varint into a fresh variable. */
  #varint(): string {
    const source = this.#source
    const variable = source.name('n')
    const rest = source.constant(varintRest)
    source.line(`if (p >= ${this.#end}) throw ${this.#misfit}`)
    source.line(`let ${variable} = b[p++]`)
    source.line(`if (${variable} > 127) {`)
    source.line(`${variable} = ${rest}(b, p, ${this.#end}, ${variable}, c)`)
    source.line('p = c.position }')
    return variable
  }

  /** Emits the reading of a length; null is -1. */
  #length(compact: boolean, plain: 'int16' | 'int32'): string {
    const source = this.#source
    if (compact) {
      const variable = this.#varint()
      source.line(`${variable}--`)
      return variable
    }
    const variable = source.name('n')
    const read = this.#reader(plain)
    source.fixed(FIXED_BYTES[plain]!, (at) => `let ${variable} = ${read(at)}`)
    source.flush()
    return variable
  }

  #sized(
    kind: 'string' | 'bytes' | 'records',
    { compact, nullable }: { readonly compact: boolean; readonly nullable: boolean },
  ): string {
    const source = this.#source
    const isText = kind === 'string'
    const length = this.#length(compact, isText ? 'int16' : 'int32')
    const variable = source.name('v')
    const tooLong = isText && compact ? ` || ${length} > ${MAX_STRING_BYTES}` : ''
    const content = isText
      ? `${source.constant(readText)}(b, p, p + ${length})`
      : `${length} === 0 ? ${source.constant(EMPTY_BYTES)} : b.subarray(p, p + ${length})`
    source.line(`let ${variable} = null`)
    source.line(
      `if (${length} >= 0) {
if (${length} > ${this.#end} - p${tooLong}) throw ${this.#misfit}
${variable} = ${content}
p += ${length}
}${nullable ? '' : ` else throw ${this.#misfit}`}`,
    )
    return variable
  }

  #array(
    element: Shape,
    elementBytes: number,
    { compact, nullable }: { readonly compact: boolean; readonly nullable: boolean },
  ): string {
    const source = this.#source
    const length = this.#length(compact, 'int32')
    const variable = source.name('v')
    const i = source.name('i')
    source.line(`let ${variable} = null`)
    source.line(`if (${length} >= 0) {`)
    source.line(`if (${length} * ${elementBytes} > ${this.#end} - p) throw ${this.#misfit}`)
    source.line(`${variable} = []`)
    source.line(`for (let ${i} = 0; ${i} < ${length}; ${i}++) {`)
    const value = this.#value(element, { compact, nullable: false })
    source.line(`${variable}.push(${value})`)
    source.line('}')
    source.line(nullable ? '}' : `} else throw ${this.#misfit}`)
    return variable
  }

  #nullableStruct(shape: StructShape, nullMarker: string): string {
    const source = this.#source
    const marker = this.#fixed('int8')
    const variable = source.name('v')
    source.line(`let ${variable} = null`)
    source.line(`if (!(${marker} ${nullMarker})) {`)
    const value = this.#struct(shape)
    source.line(`${variable} = ${value}`)
    source.line('}')
    return variable
  }

  /** Emits the reading of a struct's tagged fields; gives the variable of the unknown ones. */
  #tags(tagged: readonly Slot[], slots: readonly Slot[], values: readonly string[]): string {
    const source = this.#source
    const unknown = source.name('u')
    const count = this.#varint()
    source.line(`let ${unknown}`)
    if (tagged.length === 0) {
      const read = source.constant(unknownTags)
      source.line(`if (${count} > 0) {`)
      source.line(`${unknown} = ${read}(b, p, ${this.#end}, ${count}, c)`)
      source.line('p = c.position }')
      return unknown
    }
    const i = source.name('i')
    source.line(`for (let ${i} = 0; ${i} < ${count}; ${i}++) {`)
    const tag = this.#varint()
    const size = this.#varint()
    const outerEnd = this.#end
    const end = source.name('e')
    source.line(`if (${size} > ${outerEnd} - p) throw ${this.#misfit}`)
    source.line(`const ${end} = p + ${size}`)
    this.#end = end
    source.line(`switch (${tag}) {`)
    for (const slot of tagged) {
      source.line(`case ${slot.spec.tag}: {`)
      // A null struct in a tag is 0, not -1: Java writes it so, and cannot read it.
      const value = this.#value(slot.shape, slot, '<= 0')
      source.line(`${values[slots.indexOf(slot)]!} = ${value}`)
      source.line('break }')
    }
    // With a semicolon: the next line begins with a parenthesis.
    source.line(`default: if (--c.spareTags < 0) throw ${this.#misfit};`)
    source.line(`(${unknown} ??= []).push({ tag: ${tag}, bytes: b.subarray(p, ${end}) })`)
    source.line(`p = ${end}`)
    source.line('}')
    source.line(`if (p !== ${end}) throw ${this.#misfit}`)
    source.line('}')
    this.#end = outerEnd
    return unknown
  }
}
