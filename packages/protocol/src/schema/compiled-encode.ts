/**
 * Writes the source of encoders.
 *
 * In the generated code `w` is the writer, `b` its buffer and `p` the position; both go back to
 * the writer before a call of its methods and are fetched again after it. Every integer is
 * checked to be one of its width before it is written.
 */

import { isBytes } from '../bytes/writer.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import { writeUuid } from '../uuid.ts'
import { isDefault } from './defaults.ts'
import type { ScalarKind } from './field.ts'
import { MISFIT } from './misfit.ts'
import { FIXED_BYTES } from './plan.ts'
import type { Shape, Slot, StructShape } from './plan.ts'
import { Source } from './source.ts'

/** Compiles the encoder of a plan. */
export function compileEncoder(plan: StructShape): (w: ByteWriter, v: unknown) => void {
  return new Encoder().compile(plan)
}

/** Writes records given as one buffer or as chunks, after their length. */
function writeRecords(w: ByteWriter, value: unknown, compact: boolean): void {
  if (Array.isArray(value)) writeChunks(w, value, compact)
  else writeBytes(w, value, compact)
}

function writeChunks(w: ByteWriter, chunks: readonly unknown[], compact: boolean): void {
  let length = 0
  for (const chunk of chunks) {
    if (!isBytes(chunk)) throw MISFIT
    length += chunk.length
  }
  w.length(length, compact)
  for (const chunk of chunks) w.splice(chunk as Uint8Array)
}

function writeBytes(w: ByteWriter, value: unknown, compact: boolean): void {
  if (!isBytes(value)) throw MISFIT
  w.length(value.length, compact)
  w.splice(value)
}

function checkWide(value: unknown): void {
  if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) throw MISFIT
}

/** For each integer kind, the expression that is true of what does not fit. */
const MISFITS: { readonly [kind: string]: (x: string) => string } = {
  int8: (x) => `(${x} << 24 >> 24) !== ${x}`,
  int16: (x) => `(${x} << 16 >> 16) !== ${x}`,
  uint16: (x) => `(${x} & 65535) !== ${x}`,
  int32: (x) => `(${x} | 0) !== ${x}`,
  uint32: (x) => `(${x} >>> 0) !== ${x}`,
  int64: (x) => `!Number.isSafeInteger(${x})`,
  bool: (x) => `typeof ${x} !== 'boolean'`,
  float64: (x) => `typeof ${x} !== 'number'`,
}

class Encoder {
  readonly #source = new Source(
    (bytes) => `if (p + ${bytes} > b.length) { w.position = p; w.reserve(${bytes}); b = w.bytes }`,
  )
  readonly #misfit = this.#source.constant(MISFIT)

  compile(plan: StructShape): (w: ByteWriter, v: unknown) => void {
    this.#source.line('let b = w.bytes, p = w.position')
    this.#struct(plan, 'v')
    this.#source.line('w.position = p')
    return this.#source.build(['w', 'v']) as (w: ByteWriter, v: unknown) => void
  }

  /** Emits a call of the writer, with the position taken there and back. */
  #call(call: string): void {
    this.#source.line(`w.position = p; ${call}; p = w.position; b = w.bytes`)
  }

  /** Emits the writing of a struct held by an expression. */
  #struct({ slots, tagged, flexible }: StructShape, struct: string): void {
    for (const slot of slots) {
      if (!slot.present) this.#absent(slot, struct)
      else if (slot.spec.tag < 0) this.#field(slot, struct)
    }
    if (flexible) this.#tags(tagged, struct)
  }

  /** A field that this version lacks: refused, unless it has its default or may be ignored. */
  #absent(slot: Slot, struct: string): void {
    if (slot.spec.ignorable) return
    const x = this.#source.name('x')
    this.#source.lead(`const ${x} = ${struct}.${slot.name}`)
    const differs = this.#differs(slot, x)
    this.#source.lead(`if (${x} !== undefined && ${differs}) throw ${this.#misfit}`)
  }

  /** The expression that is true of a value other than the default. */
  #differs({ spec, shape, default: fallback }: Slot, x: string): string {
    const isPlain = FIXED_BYTES[shape.kind] !== undefined || shape.kind === 'string'
    if (isPlain) return `${x} !== ${this.#source.constant(fallback)}`
    const check = this.#source.constant((value: unknown) => isDefault(spec, value))
    return `(${x} !== ${this.#source.constant(fallback)} && !${check}(${x}))`
  }

  #field(slot: Slot, struct: string): void {
    const source = this.#source
    const x = source.name('x')
    source.lead(`let ${x} = ${struct}.${slot.name}`)
    if (slot.omissible) {
      source.lead(`if (${x} === undefined) ${x} = ${source.constant(slot.encodeDefault)}`)
    }
    if (!slot.nullable) {
      this.#value(slot.shape, slot.compact, x)
      return
    }
    source.line(`if (${x} === null) {`)
    this.#null(slot)
    source.line('} else {')
    if (slot.shape.kind === 'struct') source.fixed(1, (at) => `b[${at}] = 1`)
    this.#value(slot.shape, slot.compact, x)
    source.line('}')
  }

  #null({ shape, compact }: Slot): void {
    const size = shape.kind === 'struct' || compact ? 1 : shape.kind === 'string' ? 2 : 4
    const byte = compact && shape.kind !== 'struct' ? 0 : 255
    this.#source.fixed(size, (at) =>
      Array.from({ length: size }, (_, i) => `b[${at} + ${i}] = ${byte}`).join('; '),
    )
  }

  /** Emits the writing of one value, which is not null, held by a variable. */
  #value(shape: Shape, compact: boolean, x: string): void {
    const source = this.#source
    switch (shape.kind) {
      case 'array':
        this.#array(shape.element, compact, x)
        return
      case 'struct':
        this.#struct(shape, x)
        return
      case 'string':
        source.flush()
        this.#call(`w.${compact ? 'compactString' : 'string'}(${x})`)
        return
      case 'bytes':
      case 'records': {
        const write = source.constant(shape.kind === 'bytes' ? writeBytes : writeRecords)
        source.flush()
        this.#call(`${write}(w, ${x}, ${compact})`)
        return
      }
      default:
        this.#fixed(shape.kind, x)
    }
  }

  #fixed(kind: Exclude<ScalarKind, 'string' | 'bytes' | 'records'>, x: string): void {
    const source = this.#source
    if (kind === 'wideInt64') source.lead(`${source.constant(checkWide)}(${x})`)
    else if (kind !== 'uuid') source.lead(`if (${MISFITS[kind]!(x)}) throw ${this.#misfit}`)
    source.fixed(FIXED_BYTES[kind]!, (at) => this.#store(kind, x, at))
  }

  #store(kind: Exclude<ScalarKind, 'string' | 'bytes' | 'records'>, x: string, at: string): string {
    switch (kind) {
      case 'int8':
        return `b[${at}] = ${x}`
      case 'bool':
        return `b[${at}] = ${x} ? 1 : 0`
      case 'int16':
      case 'uint16':
        return `b[${at}] = ${x} >> 8; b[${at} + 1] = ${x}`
      case 'int32':
      case 'uint32':
        return int32(x, at)
      case 'int64': {
        const high = this.#source.name('h')
        const low = this.#source.name('h')
        return `const ${high} = Math.floor(${x} / 4294967296), ${low} = ${x} | 0
${int32(high, at)}; ${int32(low, `${at} + 4`)}`
      }
      case 'wideInt64':
        return `b.writeBigInt64BE(${x}, ${at})`
      case 'float64':
        return `b.writeDoubleBE(${x}, ${at})`
      case 'uuid':
        return `if (!${this.#source.constant(writeUuid)}(b, ${at}, ${x})) throw ${this.#misfit}`
    }
  }

  #array(element: Shape, compact: boolean, x: string): void {
    const source = this.#source
    const n = source.name('n')
    const i = source.name('i')
    const item = source.name('x')
    source.lead(`if (!Array.isArray(${x})) throw ${this.#misfit}`)
    source.lead(`const ${n} = ${x}.length`)
    if (compact) this.#varint(`${n} + 1`)
    else source.fixed(4, (at) => int32(n, at))
    source.line(`for (let ${i} = 0; ${i} < ${n}; ${i}++) {`)
    source.line(`const ${item} = ${x}[${i}]`)
    this.#value(element, compact, item)
    source.line('}')
  }

  #varint(expression: string): void {
    const source = this.#source
    const n = source.name('n')
    source.line(`const ${n} = ${expression}`)
    source.line(`if (${n} < 128 && p < b.length) b[p++] = ${n}; else {`)
    this.#call(`w.unsignedVarint(${n})`)
    source.line('}')
  }

  #tags(tagged: readonly Slot[], struct: string): void {
    const source = this.#source
    const unknown = source.name('u')
    source.line(`const ${unknown} = ${struct}.unknownTags`)
    const values = tagged.map((slot) => this.#taggedValue(slot, struct))
    const known = values.map(({ isSet }) => `(${isSet} ? 1 : 0)`)
    const unknownCount = `(${unknown} === undefined ? 0 : ${unknown}.length)`
    this.#varint([...known, unknownCount].join(' + '))
    const next = source.name('t')
    source.line(`let ${next} = 0`)
    tagged.forEach((slot, index) => {
      const { x, isSet } = values[index]!
      source.line(`if (${isSet}) {`)
      source.line(`if (${unknown} !== undefined) {`)
      this.#call(`${next} = w.unknownTags(${unknown}, ${next}, ${slot.spec.tag})`)
      source.line('}')
      this.#tagged(slot, x)
      source.line('}')
    })
    source.line(`if (${unknown} !== undefined) {`)
    this.#call(`w.unknownTags(${unknown}, ${next}, Infinity)`)
    source.line('}')
  }

  /** Emits the fetching of a tagged field and whether it differs from its default. */
  #taggedValue(slot: Slot, struct: string): { x: string; isSet: string } {
    const source = this.#source
    const x = source.name('x')
    const isSet = source.name('s')
    source.line(`const ${x} = ${struct}.${slot.name}`)
    source.line(`const ${isSet} = ${x} !== undefined && ${this.#differs(slot, x)}`)
    return { x, isSet }
  }

  #tagged(slot: Slot, x: string): void {
    const source = this.#source
    const opened = source.name('t')
    this.#varint(String(slot.spec.tag))
    source.line(`let ${opened}`)
    this.#call(`${opened} = w.openTag()`)
    const isStruct = slot.shape.kind === 'struct'
    if (slot.nullable) {
      source.line(`if (${x} === null) {`)
      // A null struct in a tag is 0, not -1.
      if (isStruct) source.fixed(1, (at) => `b[${at}] = 0`)
      else this.#null(slot)
      source.line('} else {')
      if (isStruct) source.fixed(1, (at) => `b[${at}] = 1`)
    }
    this.#value(slot.shape, slot.compact, x)
    if (slot.nullable) source.line('}')
    this.#call(`w.closeTag(${opened})`)
  }
}

function int32(x: string, at: string): string {
  return [24, 16, 8, 0]
    .map((shift, i) => `b[${at} + ${i}] = ${shift === 0 ? x : `${x} >> ${shift}`}`)
    .join('; ')
}
