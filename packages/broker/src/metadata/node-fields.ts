// Nodes hold one JSON object each. Reading is strict about what is needed (a wrong type names the node and the field)
// and tolerant of what is not known, so that a newer broker may add fields.

import { WorldError } from '@samsa/world'

/** The fields of a node's JSON object. Throws a WorldError that names the node when one is missing or wrong. */
export class NodeFields {
  readonly #path: string
  readonly #fields: Readonly<Record<string, unknown>>

  constructor(path: string, fields: Readonly<Record<string, unknown>>) {
    this.#path = path
    this.#fields = fields
  }

  /** Parses a node's data. */
  static parse(path: string, data: Buffer): NodeFields {
    let value: unknown
    try {
      value = JSON.parse(data.toString())
    } catch (cause) {
      throw new WorldError('io', path, `The node ${path} does not hold JSON.`, { cause })
    }
    if (!isObject(value)) throw new WorldError('io', path, `The node ${path} holds no object.`)
    return new NodeFields(path, value)
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name)
  }

  string(name: string): string {
    const value = this.#value(name)
    return typeof value === 'string' ? value : this.#wrong(name, 'a string')
  }

  stringOrNull(name: string): string | null {
    return this.#value(name) === null ? null : this.string(name)
  }

  /** A whole number. */
  integer(name: string): number {
    const value = this.#value(name)
    return isInteger(value) ? value : this.#wrong(name, 'a whole number')
  }

  number(name: string): number {
    const value = this.#value(name)
    return typeof value === 'number' ? value : this.#wrong(name, 'a number')
  }

  boolean(name: string): boolean {
    const value = this.#value(name)
    return typeof value === 'boolean' ? value : this.#wrong(name, 'true or false')
  }

  integers(name: string): readonly number[] {
    const value = this.#value(name)
    return isIntegers(value) ? value : this.#wrong(name, 'a list of whole numbers')
  }

  listsOfIntegers(name: string): readonly (readonly number[])[] {
    const value = this.#value(name)
    if (Array.isArray(value) && value.every(isIntegers)) return value
    return this.#wrong(name, 'a list of lists of whole numbers')
  }

  /** A list of objects. */
  list(name: string): readonly NodeFields[] {
    const value = this.#value(name)
    if (!Array.isArray(value) || !value.every(isObject)) return this.#wrong(name, 'a list')
    return value.map((fields: Record<string, unknown>) => new NodeFields(this.#path, fields))
  }

  /** The fields of a nested object, by name. */
  objects(name: string): ReadonlyMap<string, NodeFields> {
    const value = this.#value(name)
    const fields = new Map<string, NodeFields>()
    if (!isObject(value)) return this.#wrong(name, 'an object')
    for (const [key, nested] of Object.entries(value)) {
      if (!isObject(nested)) return this.#wrong(name, 'an object of objects')
      fields.set(key, new NodeFields(this.#path, nested))
    }
    return fields
  }

  strings(name: string): ReadonlyMap<string, string> {
    return this.#mapOf(name, (value) => typeof value === 'string', 'an object of strings')
  }

  numbers(name: string): ReadonlyMap<string, number> {
    return this.#mapOf(name, (value) => typeof value === 'number', 'an object of numbers')
  }

  #mapOf<T>(name: string, fits: (value: unknown) => boolean, what: string): ReadonlyMap<string, T> {
    const value = this.#value(name)
    if (!isObject(value) || !Object.values(value).every(fits)) return this.#wrong(name, what)
    return new Map(Object.entries(value) as [string, T][])
  }

  #value(name: string): unknown {
    return this.has(name) ? this.#fields[name] : undefined
  }

  #wrong(name: string, expected: string): never {
    throw new WorldError('io', this.#path, `${name} of the node ${this.#path} is not ${expected}.`)
  }
}

/** A node's data; every object says which version of its format it has. */
export function nodeData(fields: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.from(JSON.stringify({ version: 1, ...fields }))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function isIntegers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isInteger)
}
