// A line of input as a record: its value alone, key and value with something between them, or a JSON object that may say
// everything a record has.

import type { OutgoingRecord } from '@samsa/client'
import { UsageError } from '../../command-line.ts'

/** A record as bytes. */
export type RawRecord = OutgoingRecord<Uint8Array | null, Uint8Array | null>

/** What all records of a call get. */
export interface RecordDefaults {
  /** Between key and value of a line; without it a line is a value. */
  readonly keySeparator?: string
  readonly key?: string
  readonly partition?: number
  readonly headers: readonly (readonly [string, string])[]
  /** A value that stands for null, a tombstone. */
  readonly nullValue?: string
}

/** Makes records of lines; throws UsageError, which names the line by its number. */
export type ReadLine = (line: Buffer, number: number) => RawRecord

/** Lines as they are. */
export function plainLines(defaults: RecordDefaults): ReadLine {
  const { keySeparator, nullValue, partition, headers } = defaults
  const separator = keySeparator === undefined ? undefined : Buffer.from(keySeparator)
  const nothing = nullValue === undefined ? undefined : Buffer.from(nullValue)
  const key = defaults.key === undefined ? null : Buffer.from(defaults.key)
  const rest = { ...(partition === undefined ? {} : { partition }), headers }
  return (line, number) => {
    if (separator === undefined) return { key, value: orNull(line, nothing), ...rest }
    const at = line.indexOf(separator)
    if (at < 0) {
      throw new UsageError(`line ${number} has no ${JSON.stringify(keySeparator)} after its key`)
    }
    const value = line.subarray(at + separator.length)
    return { key: line.subarray(0, at), value: orNull(value, nothing), ...rest }
  }
}

function orNull(value: Buffer, nothing: Buffer | undefined): Buffer | null {
  return nothing !== undefined && value.equals(nothing) ? null : value
}

/** Lines that are JSON objects: `{"key", "value", "partition", "timestamp", "headers"}`, all of them optional. */
export function jsonLines(defaults: RecordDefaults): ReadLine {
  const defaultKey = defaults.key === undefined ? null : Buffer.from(defaults.key)
  return (line, number) => {
    const fields = objectIn(line, number)
    const headers = headersIn(fields['headers'], number)
    const partition = wholeNumber(fields['partition'], 'partition', number) ?? defaults.partition
    const timestamp = wholeNumber(fields['timestamp'], 'timestamp', number)
    return {
      key: fields['key'] === undefined ? defaultKey : bytesOf(fields['key']),
      value: bytesOf(fields['value']),
      headers: [...defaults.headers, ...headers],
      ...(partition === undefined ? {} : { partition }),
      ...(timestamp === undefined ? {} : { timestamp }),
    }
  }
}

const known = new Set(['key', 'value', 'partition', 'timestamp', 'headers', 'topic', 'offset'])

function objectIn(line: Buffer, number: number): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(line.toString())
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UsageError(`line ${number} is no JSON: ${why}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`line ${number} is no JSON object, for instance {"key":"a","value":1}`)
  }
  const stranger = Object.keys(value).find((name) => !known.has(name))
  if (stranger === undefined) return value as Record<string, unknown>
  throw new UsageError(
    `line ${number} has a field ${JSON.stringify(stranger)}; there are key, value, partition, timestamp and headers`,
  )
}

/** Text as it is, other values as JSON, null as null. */
function bytesOf(value: unknown): Buffer | null {
  if (value === null || value === undefined) return null
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
}

function wholeNumber(value: unknown, name: string, number: number): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw new UsageError(
    `line ${number}: ${name} is ${JSON.stringify(value)}, expected a whole number`,
  )
}

function headersIn(value: unknown, number: number): [string, string | null][] {
  if (value === undefined) return []
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`line ${number}: headers is no JSON object of names and texts`)
  }
  return Object.entries(value).map(([name, content]) => [
    name,
    content === null ? null : typeof content === 'string' ? content : JSON.stringify(content),
  ])
}
