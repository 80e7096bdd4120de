// A decoded message as JSON, after its schema: the fields of its version, tagged ones where they differ from their
// default, bytes as base64, integers beyond 2^53 as decimal strings.

import { type Fields, isDefault, type Type } from '@samsa/protocol'

/** The JSON of a decoded struct. */
export function messageContent(fields: Fields, version: number, value: unknown): unknown {
  const content: Record<string, unknown> = {}
  for (const [name, { spec }] of Object.entries(fields)) {
    if (version < spec.since || version > spec.until) continue
    const field = (value as Readonly<Record<string, unknown>>)[name]
    if (spec.tag >= 0 && isDefault(spec, field)) continue
    content[name] = field === null ? null : fieldContent(spec.type, version, field)
  }
  return content
}

function fieldContent(type: Type, version: number, value: unknown): unknown {
  switch (type.kind) {
    case 'struct':
      return messageContent(type.fields, version, value)
    case 'array':
      return (value as readonly unknown[]).map((each) => fieldContent(type.element, version, each))
    case 'bytes':
    case 'records':
      return (value as Buffer).toString('base64')
    case 'wideInt64': {
      const number = Number(value)
      return Number.isSafeInteger(number) ? number : String(value)
    }
    default:
      return value
  }
}
