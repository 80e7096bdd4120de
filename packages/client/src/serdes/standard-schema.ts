// Any Standard Schema (zod, valibot, arktype …) as a serde: JSON in UTF-8, checked by the schema on the way out and on the
// way in. The interface is that of standardschema.dev, version 1.

import { json } from './built-in.ts'
import type { Serde } from './serde.ts'

/** What makes a value a Standard Schema. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    validate(value: unknown): SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** Whether a value is a Standard Schema; some are functions. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    '~standard' in value
  )
}

/**
 * A serde of what the schema gives. What is written is what the schema made of the value, so defaults and coercions are in
 * the record. Schemas that validate asynchronously are refused: records are read in one turn.
 */
export function schemaSerde<Output>(schema: StandardSchema<unknown, Output>): Serde<Output> {
  const plain = json<unknown>()
  const check = (value: unknown): Output => {
    const result = schema['~standard'].validate(value)
    if (result instanceof Promise) {
      throw new TypeError('The schema validates asynchronously; a serde cannot wait for it.')
    }
    if (result.issues !== undefined) throw new TypeError(sentence(result.issues))
    return result.value
  }
  return {
    serialize: (value, place) => plain.serialize(check(value), place),
    deserialize: (bytes, place) => check(plain.deserialize(bytes, place)),
  }
}

function sentence(issues: readonly SchemaIssue[]): string {
  const parts = issues.map(({ message, path }) => {
    const keys = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part))
    return keys.length === 0 ? message : `${keys.join('.')}: ${message}`
  })
  return parts.join('; ')
}
