// The JSON face of a dump: one object a line, with the fields of the entry. Keys and values are text where their bytes
// are UTF-8, otherwise `{ "base64": … }`.

import { isUtf8 } from 'node:buffer'
import type { DumpEntry } from '@samsa/log/dump'

/** One entry as a line of JSON. */
export function jsonLine(entry: DumpEntry): string {
  if (entry.kind !== 'record') return `${JSON.stringify(entry)}\n`
  const { key, value, headers, ...rest } = entry
  const described = {
    ...rest,
    key: bytesOf(key),
    value: bytesOf(value),
    headers: headers.map((header) => ({ key: header.key, value: bytesOf(header.value) })),
  }
  return `${JSON.stringify(described)}\n`
}

function bytesOf(bytes: Buffer | null): unknown {
  if (bytes === null) return null
  return isUtf8(bytes) ? bytes.toString() : { base64: bytes.toString('base64') }
}
