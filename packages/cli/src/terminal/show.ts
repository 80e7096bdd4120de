// Results once more: as a table or sentences for people, as JSON for programs.

import type { Output } from './output.ts'

/** Prints `value` as one JSON text with `asJson`, otherwise what `text` gives. */
export async function show(
  output: Output,
  asJson: boolean | undefined,
  value: unknown,
  text: () => string,
): Promise<void> {
  await output.write(asJson === true ? `${JSON.stringify(value, jsonValue, 2)}\n` : text())
}

/** Maps are objects, bytes base64, bigints text. */
function jsonValue(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value)
  return typeof value === 'bigint' ? String(value) : value
}

/** `1 partition`, `2 partitions`. */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`
}

const unitBytes = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** `17 B`, `1.5 MB`; a thousand to the next. */
export function sizeText(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1000 && unit < unitBytes.length - 1) {
    size /= 1000
    unit += 1
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${unitBytes[unit]}`
}
