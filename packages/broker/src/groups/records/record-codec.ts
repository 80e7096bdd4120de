// How records of the group coordinator are laid out: a key is its type (int16) and a message of version 0, a value is
// its version (int16) and a message of that version. A null value is a tombstone.

import type { Message } from '@samsa/protocol'

/** A record as it goes into the log. */
export interface EncodedRecord {
  readonly key: Buffer
  readonly value: Buffer | null
}

/** The type of a key; -1 when there is none. */
export function keyType(key: Buffer): number {
  return key.length >= 2 ? key.readInt16BE(0) : -1
}

export function encodeKey<In>(type: number, message: Message<unknown, In>, key: In): Buffer {
  return withPrefix(type, message.encode(0, key))
}

export function decodeKey<Out>(message: Message<Out, never>, key: Buffer): Out {
  return message.decode(0, key, 2)
}

export function encodeValue<In>(version: number, message: Message<unknown, In>, value: In): Buffer {
  return withPrefix(version, message.encode(version, value))
}

/** Throws ProtocolError for a version that is not known. */
export function decodeValue<Out>(message: Message<Out, never>, value: Buffer): Out {
  return message.decode(value.length >= 2 ? value.readInt16BE(0) : -1, value, 2)
}

function withPrefix(prefix: number, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(2 + body.length)
  bytes.writeInt16BE(prefix, 0)
  body.copy(bytes, 2)
  return bytes
}
