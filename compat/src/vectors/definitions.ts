/**
 * Our schemas against Kafka's own definitions, field by field: order, type, versions, null, tag,
 * default, ignorable.
 *
 * Golden bytes show how a value is written; this shows also what they cannot, as which fields may
 * be dropped.
 */

import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { messages } from '@samsa/protocol'
import type { Fields, FieldSpec, Message, Type } from '@samsa/protocol'
import type { CheckResult } from './check-result.ts'
import { CheckCounter } from './check-result.ts'
import { filesIn } from './files-in.ts'

interface Definition {
  readonly name: string
  readonly apiKey?: number
  readonly validVersions: string
  readonly flexibleVersions: string
  readonly fields: readonly FieldDefinition[]
  readonly commonStructs?: readonly FieldDefinition[]
}

interface FieldDefinition {
  readonly name: string
  readonly type: string
  readonly versions: string
  readonly nullableVersions?: string
  readonly tag?: number
  readonly default?: unknown
  readonly ignorable?: boolean
  readonly flexibleVersions?: string
  readonly fields?: readonly FieldDefinition[]
}

/**
 * What holds for the whole message: the structs that several fields share count in all versions.
 */
interface Whole {
  readonly structs: ReadonlyMap<string, FieldDefinition>
  readonly valid: Range
}

type Range = readonly [first: number, last: number]

/** Checks every definition of DIR/messages. */
export async function checkDefinitions(directory: string): Promise<CheckResult> {
  const counter = new CheckCounter()
  for (const file of filesIn(directory, 'messages', '.json')) {
    const definition = JSON.parse(readFileSync(file, 'utf8')) as Definition
    counter.check(definition.name, () => compare(definition))
  }
  return counter.result()
}

function compare(definition: Definition): string | undefined {
  const message: Message | undefined = messages.get(definition.name)
  if (message === undefined) return 'is not defined'
  const valid = rangeOf(definition.validVersions)
  const flexible = rangeOf(definition.flexibleVersions)[0]
  if (!isDeepStrictEqual(message.versions, valid)) return `versions ${message.versions.join('-')}`
  if (message.flexible !== flexible) return `flexible from ${message.flexible}`
  const structs = new Map((definition.commonStructs ?? []).map((struct) => [struct.name, struct]))
  return compareFields(message.fields, definition.fields, valid, { structs, valid })
}

function compareFields(
  fields: Fields,
  definitions: readonly FieldDefinition[],
  valid: Range,
  whole: Whole,
): string | undefined {
  const here = definitions.filter(({ versions }) => isRange(within(rangeOf(versions), valid)))
  const names = here.map(({ name }) => `${name[0]!.toLowerCase()}${name.slice(1)}`)
  if (!isDeepStrictEqual(Object.keys(fields), names)) {
    return `has fields ${Object.keys(fields).join()}, not ${names.join()}`
  }
  for (const [i, name] of names.entries()) {
    const wrong = compareField(fields[name]!.spec, here[i]!, valid, whole)
    if (wrong !== undefined) return `${name} ${wrong}`
  }
  return undefined
}

function compareField(
  spec: FieldSpec,
  definition: FieldDefinition,
  valid: Range,
  whole: Whole,
): string | undefined {
  const versions = within(rangeOf(definition.versions), valid)
  const present = within([spec.since, spec.until], valid)
  if (!isDeepStrictEqual(present, versions)) return `in versions ${present.join('-')}`
  const nullable = within(rangeOf(definition.nullableVersions ?? 'none'), versions)
  const isNullable = within([spec.nullableSince, Infinity], versions)
  if (isRange(nullable) !== isRange(isNullable)) return 'is nullable in one of them'
  if (isRange(nullable) && !isDeepStrictEqual(nullable, isNullable)) return 'null since otherwise'
  if ((definition.tag ?? -1) !== spec.tag) return `has tag ${spec.tag}`
  if ((definition.ignorable ?? false) !== spec.ignorable) return 'is ignorable in one of them'
  if ((definition.flexibleVersions === 'none') !== spec.inflexible) return 'is inflexible in one'
  const fallback = spec.default === undefined ? zeroOf(definition) : narrow(spec.default)
  const expected = definition.default === undefined ? zeroOf(definition) : definition.default
  if (!isDeepStrictEqual(fallback, expected)) return `defaults to ${String(fallback)}`
  return compareType(spec.type, definition.type, definition, versions, whole)
}

function compareType(
  type: Type,
  expected: string,
  definition: FieldDefinition,
  versions: Range,
  whole: Whole,
): string | undefined {
  if (type.kind === 'array') {
    if (!expected.startsWith('[]')) return `is an array, not ${expected}`
    return compareType(type.element, expected.slice(2), definition, versions, whole)
  }
  if (type.kind === 'struct') {
    const shared = whole.structs.get(expected)
    if (shared?.fields !== undefined) {
      const sharedVersions = within(rangeOf(shared.versions), whole.valid)
      return compareFields(type.fields, shared.fields, sharedVersions, whole)
    }
    if (definition.fields === undefined) return `is a struct, not ${expected}`
    return compareFields(type.fields, definition.fields, versions, whole)
  }
  const kind = type.kind === 'wideInt64' ? 'int64' : type.kind
  return kind === expected ? undefined : `is ${kind}, not ${expected}`
}

function zeroOf({ type }: FieldDefinition): unknown {
  if (/^u?int|^float/.test(type)) return 0
  return type === 'bool' ? false : type === 'string' ? '' : undefined
}

/** A bigint as definitions write it: a number where one can hold it, otherwise a string. */
function narrow(value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
}

function rangeOf(text: string): Range {
  if (text === 'none') return [Infinity, -Infinity]
  const [first = '', last = first] = text.split('-')
  return first.endsWith('+')
    ? [Number(first.slice(0, -1)), Infinity]
    : [Number(first), Number(last)]
}

function within(range: Range, outer: Range): Range {
  return [Math.max(range[0], outer[0]), Math.min(range[1], outer[1])]
}

function isRange([first, last]: Range): boolean {
  return first <= last
}
