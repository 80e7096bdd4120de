// Where two values differ first, in words.

import { isDeepStrictEqual } from 'node:util'

/** A sentence such as `.batches[3].crc is 5, not 7`; `undefined` when the values are equal. */
export function difference(expected: unknown, actual: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(expected, actual)) return undefined
  if (isObject(expected) && isObject(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const step = Array.isArray(expected) ? `[${key}]` : `.${key}`
      const found = difference(expected[key], actual[key], `${path}${step}`)
      if (found !== undefined) return found
    }
  }
  return `${path} is ${show(actual)}, not ${show(expected)}`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'missing').slice(0, 300)
}
