// The first fields of every request, read by hand because every request pays for them: api key int16, version int16,
// correlation id int32, client id nullable string (int16 length in all versions), and tagged fields in flexible ones.

import { ProtocolError } from '@samsa/protocol'

const notAscii = /[\x80-\xff]/

/** Who asks what. */
export interface RequestHead {
  readonly correlationId: number
  readonly clientId: string | null
  /** Where the request itself starts. */
  readonly end: number
}

/** Key of the API; the request must have 8 bytes at least, see `isRequestHead`. */
export function apiKeyOf(request: Buffer): number {
  return request.readInt16BE(0)
}

/** Version of the API. */
export function apiVersionOf(request: Buffer): number {
  return request.readInt16BE(2)
}

/** Whether the bytes are long enough to have a key, a version and a correlation id. */
export function isRequestHead(request: Buffer): boolean {
  return request.length >= 8
}

/** Reads the header; `flexible` says that tagged fields end it. Throws ProtocolError. */
export function readRequestHead(request: Buffer, flexible: boolean): RequestHead {
  const correlationId = request.readInt32BE(4)
  if (request.length < 10) throw fault('clientId', 8, 'is cut short')
  const length = request.readInt16BE(8)
  let end = 10
  let clientId: string | null = null
  if (length >= 0) {
    end += length
    if (end > request.length) throw fault('clientId', 8, `has ${length} bytes, more than are left`)
    clientId = request.toString('latin1', 10, end)
    // Client ids are ASCII nearly always; the others are read again as what they are.
    if (notAscii.test(clientId)) clientId = request.toString('utf8', 10, end)
  } else if (length !== -1) {
    throw fault('clientId', 8, `has the length ${length}`)
  }
  return { correlationId, clientId, end: flexible ? skipTaggedFields(request, end) : end }
}

function skipTaggedFields(request: Buffer, start: number): number {
  // Nearly always there are none.
  if (request[start] === 0) return start + 1
  let [count, position] = readUnsignedVarint(request, start)
  for (; count > 0; count--) {
    position = readUnsignedVarint(request, position)[1]
    const [size, at] = readUnsignedVarint(request, position)
    position = at + size
    if (position > request.length) throw fault('tagged fields', at, 'are cut short')
  }
  return position
}

function readUnsignedVarint(request: Buffer, start: number): [value: number, position: number] {
  let value = 0
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = request[start + shift / 7]
    if (byte === undefined) throw fault('tagged fields', start, 'are cut short')
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return [value, start + shift / 7 + 1]
  }
  throw fault('tagged fields', start, 'hold a varint of more than 5 bytes')
}

function fault(field: string, position: number, what: string): ProtocolError {
  return new ProtocolError(`${field} ${what}`, { position }).of('RequestHeader', 2)
}
