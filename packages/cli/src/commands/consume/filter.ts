// Which records are wanted: by key, or by an expression in JavaScript over the record.

import { compileFunction } from 'node:vm'
import { UsageError } from '../../command-line.ts'
import { type Decode, decoder } from './decode.ts'
import { plainRecord, type RawRecord } from './format.ts'

/** Whether a record is wanted. */
export type Filter = (record: RawRecord) => boolean

/** Keys that are exactly this text. */
export function keyFilter(text: string): Filter {
  const wanted = Buffer.from(text)
  return ({ key }) => key !== null && wanted.equals(key)
}

/** What an expression may name. */
const names = ['key', 'value', 'headers', 'topic', 'partition', 'offset', 'timestamp'] as const

/**
 * An expression over `key`, `value` (decoded from JSON where it is JSON), `headers`, `topic`, `partition`, `offset` and
 * `timestamp`. A record for which it throws is not wanted: values differ. Throws UsageError when it is no expression.
 */
export function expressionFilter(source: string, key: Decode, value: Decode): Filter {
  let expression: (...values: readonly unknown[]) => unknown
  try {
    // The user's own program on the user's own machine, as with a shell.
    expression = compileFunction(`return (${source})`, names) as typeof expression
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UsageError(`--filter is no expression in JavaScript: ${why}`)
  }
  return (record) => {
    try {
      const plain = plainRecord(record, key, value)
      return Boolean(expression(...names.map((name) => plain[name])))
    } catch {
      return false
    }
  }
}

const text = decoder('text')

/** JSON as what it says, anything else as text. */
export const jsonOrText: Decode = (bytes) => {
  const said = text(bytes)
  if (typeof said !== 'string') return said
  try {
    return JSON.parse(said) as unknown
  } catch {
    return said
  }
}
