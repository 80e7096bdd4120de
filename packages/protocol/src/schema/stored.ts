/**
 * Messages as they are stored in records: behind a prefix that says what they are.
 *
 * A coordinator's key stands behind an int16 of its type, its value and the consumer protocol's
 * data behind an int16 of their version; metadata records stand behind three unsigned varints:
 * frame version 1, type, version.
 */

import { ByteReader } from '../bytes/reader.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { ProtocolError } from '../protocol-error.ts'
import type { Message } from './message.ts'

const FRAME_VERSION = 1

/** The bytes of a message behind its prefix. Throws as `Message.encode` does. */
export function encodeStored<In>(
  message: Message<unknown, In>,
  version: number,
  value: In,
): Buffer {
  const writer = new ByteWriter()
  if (message.recordType !== undefined) {
    writer.unsignedVarint(FRAME_VERSION)
    writer.unsignedVarint(message.recordType)
    writer.unsignedVarint(version)
  } else if (message.prefix !== undefined) {
    writer.int16(message.prefix === 'version' ? version : message.prefix)
  }
  message.write(version, value, writer)
  return writer.finish()
}

/**
 * Reads a message behind its prefix, and tells its version. Throws ProtocolError where the prefix
 * is of another type, or the version is not known: a tool or broker of a later release has
 * written it.
 */
export function decodeStored<Out>(
  message: Message<Out, never>,
  buffer: Buffer,
): { version: number; value: Out } {
  const { version, end } = readPrefix(message, buffer)
  return { version, value: message.decode(version, buffer, end) }
}

function readPrefix(message: Message, buffer: Buffer): { version: number; end: number } {
  const reader = new ByteReader(buffer)
  const [first] = message.versions
  try {
    if (message.recordType !== undefined) {
      expect('frame version', reader.unsignedVarint(), FRAME_VERSION)
      expect('record type', reader.unsignedVarint(), message.recordType)
      return { version: reader.unsignedVarint(), end: reader.position }
    }
    if (message.prefix === undefined) return { version: first, end: 0 }
    const prefix = reader.int16()
    if (message.prefix === 'version') return { version: prefix, end: reader.position }
    expect('record type', prefix, message.prefix)
    return { version: first, end: reader.position }
  } catch (error) {
    throw error instanceof ProtocolError ? error.of(message.name, first) : error
  }
}

function expect(what: string, found: number, expected: number): void {
  if (found !== expected)
    throw new ProtocolError(`${what} ${found}, not ${expected}`, { position: 0 })
}
