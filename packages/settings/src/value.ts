/**
 * From a setting's text to its value and back, as Kafka's ConfigDef does it.
 *
 * Invariant: `formatValue(row, parseValue(row, text))` is the text Kafka's brokers show for `text`,
 * except that longs beyond 2^53 other than the largest are rounded. Messages are Kafka's own.
 */
import { LONG_MAX, type Setting, type SettingValue } from './setting.ts'

/** A value, or why there is none: Kafka's message and, in a few words, what was expected. */
export type Parsed =
  | { readonly ok: true; readonly value: SettingValue }
  | { readonly ok: false; readonly message: string; readonly expected: string }

/** The value that `text` stands for under `key`, checked against the row's type and range. */
export function parseValue(row: Setting, key: string, text: string): Parsed {
  const trimmed = text.trim()
  switch (row.type) {
    case 'boolean':
      return parseBoolean(key, text, trimmed)
    case 'int':
    case 'short':
    case 'long':
    case 'double':
      return parseNumber(row, key, text, trimmed)
    case 'list':
      return parseList(row, key, trimmed)
    case 'string':
    case 'class':
    case 'password':
      return parseText(row, key, trimmed)
  }
}

/** The text that Kafka shows for a value of this row; null stays null. */
export function formatValue(row: Setting, value: SettingValue): string | null {
  if (value === null) return null
  if (typeof value === 'object') return value.join(',')
  if (typeof value !== 'number') return String(value)
  if (row.type === 'double') return formatDouble(value)
  if (value >= LONG_MAX) return '9223372036854775807'
  return BigInt(value).toString()
}

/** What the row takes, in a few words, for messages and the reference page. */
export function expectedOf(row: Setting): string {
  if (row.among !== undefined) {
    const choices = row.among.join(', ')
    return row.type === 'list' ? `a list of: ${choices}` : `one of: ${choices}`
  }
  if (row.form !== undefined) return row.form.expected
  const range = rangeOf(row)
  return range === '' ? article(row.type) : `${article(row.type)} ${range}`
}

function rangeOf(row: Setting): string {
  const { min, max, besides } = row
  const or = besides === undefined ? '' : ` or ${besides}`
  if (min !== undefined && max !== undefined) return `from ${min} to ${max}${or}`
  if (min !== undefined) return `of at least ${min}${or}`
  return max === undefined ? '' : `of at most ${max}${or}`
}

function article(type: Setting['type']): string {
  switch (type) {
    case 'boolean':
      return 'true or false'
    case 'int':
      return 'a whole number (32 bits)'
    case 'short':
      return 'a whole number (16 bits)'
    case 'long':
      return 'a whole number (64 bits)'
    case 'double':
      return 'a number'
    case 'list':
      return 'a list separated by commas'
    case 'class':
      return 'the name of a class'
    default:
      return 'text'
  }
}

const wholeRanges = {
  short: [-(2n ** 15n), 2n ** 15n - 1n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
} as const

function parseNumber(row: Setting, key: string, text: string, trimmed: string): Parsed {
  const value = row.type === 'double' ? toDouble(trimmed) : toWhole(row, trimmed)
  if (value === undefined) {
    const message = invalid(key, text, `Not a number of type ${row.type.toUpperCase()}`)
    return { ok: false, message, expected: expectedOf(row) }
  }
  if (value !== row.besides) {
    const fault = outOfRange(row, value)
    if (fault !== undefined) {
      const shown = formatValue(row, value) ?? ''
      return { ok: false, message: invalid(key, shown, fault), expected: expectedOf(row) }
    }
  }
  return { ok: true, value }
}

function outOfRange(row: Setting, value: number): string | undefined {
  const { min, max, besides } = row
  const below = min !== undefined && value < min
  const above = max !== undefined && value > max
  if (!below && !above) return undefined
  if (besides !== undefined) return `Value must be between ${min} and ${max} or equal to ${besides}`
  return below ? `Value must be at least ${min}` : `Value must be no more than ${max}`
}

function toWhole(row: Setting, text: string): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined
  const value = BigInt(text.replace(/^\+/, ''))
  const [least, most] = wholeRanges[row.type as keyof typeof wholeRanges]
  if (value < least || value > most) return undefined
  return Number(value)
}

/** Java's decimal forms of a double: `1`, `.5`, `1e9`, `1.5f`, `NaN`, `-Infinity`. */
function toDouble(text: string): number | undefined {
  if (/^[+-]?(NaN|Infinity)$/.test(text)) return Number(text.replace(/^[+-](?=NaN)/, ''))
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?[fd]?$/i.test(text)) return undefined
  return Number(text.replace(/[fd]$/i, ''))
}

function parseBoolean(key: string, text: string, trimmed: string): Parsed {
  const lower = trimmed.toLowerCase()
  if (lower === 'true' || lower === 'false') return { ok: true, value: lower === 'true' }
  const fault = 'Expected value to be either true or false'
  return { ok: false, message: invalid(key, text, fault), expected: 'true or false' }
}

function parseList(row: Setting, key: string, trimmed: string): Parsed {
  const elements = trimmed === '' ? [] : trimmed.split(/\s*,\s*/)
  if (elements.includes('')) {
    const message = `Configuration '${key}' values must not be empty.`
    return { ok: false, message, expected: 'no empty element between commas' }
  }
  for (const element of elements) {
    const fault = textFault(row, key, element)
    if (fault !== undefined) {
      const shown = row.form === undefined ? element : `[${elements.join(', ')}]`
      return { ok: false, message: invalid(key, shown, fault), expected: expectedOf(row) }
    }
  }
  const spelled = elements.map((element) => spelling(row, element))
  // Kafka warns of repeated elements and drops them; to have one twice means no more than once.
  return { ok: true, value: row.among === undefined ? spelled : [...new Set(spelled)] }
}

function parseText(row: Setting, key: string, trimmed: string): Parsed {
  const fault = textFault(row, key, trimmed)
  if (fault === undefined) return { ok: true, value: spelling(row, trimmed) }
  const shown = row.sensitive ? '[hidden]' : trimmed
  return { ok: false, message: invalid(key, shown, fault), expected: expectedOf(row) }
}

function textFault(row: Setting, key: string, text: string): string | undefined {
  if (row.nonEmpty === true && text === '') return 'String must be non-empty'
  if (row.among !== undefined && !row.among.includes(spelling(row, text))) {
    const how = row.anyCase === true ? ' (case insensitive)' : ''
    return `String must be one of${how}: ${row.among.join(', ')}`
  }
  if (row.form !== undefined && !row.form.pattern.test(text)) {
    return `${key} must be ${row.form.expected}`
  }
  return undefined
}

/** The table's spelling of a value that may be written in any case. */
function spelling(row: Setting, text: string): string {
  if (row.anyCase !== true || row.among === undefined) return text
  const lower = text.toLowerCase()
  return row.among.find((choice) => choice.toLowerCase() === lower) ?? text
}

function invalid(key: string, shown: string, fault: string): string {
  return `Invalid value ${shown} for configuration ${key}: ${fault}`
}

/** Java's Double.toString: a digit after the point, an exponent from 10^7 on and below 10^-3. */
function formatDouble(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
}
