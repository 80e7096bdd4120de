// Compares an answer with what a script expects of it, field by field.

import { type ErrorName, errorCode } from '@samsa/protocol'

/** Where and how an answer differs, as sentences. `bindings` receives what "$let:name" matched. */
export function differences(
  expected: unknown,
  actual: unknown,
  bindings: Map<string, string>,
  path = '',
): string[] {
  if (expected === '$any') return []
  if (typeof expected === 'string' && expected.startsWith('$let:')) {
    bindings.set(expected.slice('$let:'.length), String(actual))
    return []
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) {
      return [`${path}: ${actual.length} elements, not ${expected.length}: ${show(actual)}`]
    }
    return expected.flatMap((item, i) => differences(item, actual[i], bindings, `${path}[${i}]`))
  }
  if (isObject(expected) && isObject(actual)) {
    const unsaid = Object.keys(actual).filter(
      (key) => !(key in expected) && key !== 'throttleTimeMs',
    )
    const said = Object.keys(expected).filter((key) => key in actual)
    return [
      ...unsaid.map((key) => `${path}.${key}: not in the script: ${show(actual[key])}`),
      ...said.flatMap((key) => {
        return differences(expected[key], actual[key], bindings, `${path}.${key}`)
      }),
    ]
  }
  if (typeof expected === 'string' && typeof actual === 'number' && /errorCode$/i.test(path)) {
    const code = errorCode(expected as ErrorName)
    return code === actual ? [] : [`${path}: ${actual}, not ${expected} (${code})`]
  }
  return show(expected) === show(actual) ? [] : [`${path}: ${show(actual)}, not ${show(expected)}`]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}
