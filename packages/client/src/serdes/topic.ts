// A topic as programs name it: with the types of its keys and values, which follow it from producer to handler.

import { SettingsError } from '@samsa/settings'
import { bytes, nullable } from './built-in.ts'
import type { Serde } from './serde.ts'
import { isStandardSchema, schemaSerde, type StandardSchema } from './standard-schema.ts'

/** A topic whose keys are `K` and whose values are `V`. */
export interface Topic<K = unknown, V = unknown> {
  readonly name: string
  readonly key: Serde<K>
  readonly value: Serde<V>
}

/** The type of a topic's keys. */
export type KeyOf<T> = T extends Topic<infer K, infer _V> ? K : never

/** The type of a topic's values. */
export type ValueOfTopic<T> = T extends Topic<infer _K, infer V> ? V : never

/** A serde, or a Standard Schema, whose records are JSON. */
export type SerdeLike<T> = Serde<T> | StandardSchema<unknown, T>

/** Bytes or null, as Kafka itself sees keys and values. */
const raw: Serde<Uint8Array | null> = nullable(bytes)

const nameForm = /^[a-zA-Z0-9._-]{1,249}$/

/** A topic of bytes. */
export function topic(name: string): Topic<Uint8Array | null, Uint8Array | null>
/** A topic without typed keys. */
export function topic<V>(
  name: string,
  serdes: { readonly value: SerdeLike<V> },
): Topic<Uint8Array | null, V>
/** A typed topic. Throws SettingsError for a name that Kafka does not take. */
export function topic<K, V>(
  name: string,
  serdes: { readonly key: SerdeLike<K>; readonly value: SerdeLike<V> },
): Topic<K, V>
export function topic(
  name: string,
  serdes: { readonly key?: SerdeLike<unknown>; readonly value?: SerdeLike<unknown> } = {},
): Topic {
  if (!nameForm.test(name) || name === '.' || name === '..') throw wrongName(name)
  return { name, key: serdeOf(serdes.key), value: serdeOf(serdes.value) }
}

function serdeOf(like: SerdeLike<unknown> | undefined): Serde<unknown> {
  if (like === undefined) return raw as Serde<unknown>
  return isStandardSchema(like) ? schemaSerde(like) : (like as Serde<unknown>)
}

function wrongName(name: string): SettingsError {
  return new SettingsError([
    {
      key: 'name',
      value: name,
      source: 'topic',
      expected: '1 to 249 letters, digits, dots, underscores and dashes',
      message: `${JSON.stringify(name)} is no name of a topic.`,
    },
  ])
}
