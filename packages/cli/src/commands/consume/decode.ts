// Bytes of keys and values as people and programs read them.

import { double, float, int16, int32, int64, type Serde, uuid } from '@samsa/client'

/** How bytes are understood. */
export const decodings = [
  'text',
  'json',
  'hex',
  'base64',
  'int16',
  'int32',
  'int64',
  'float',
  'double',
  'uuid',
] as const

/** One of them. */
export type Decoding = (typeof decodings)[number]

/** What bytes mean; null stays null. Throws when they cannot mean it. */
export type Decode = (bytes: Uint8Array | null) => unknown

const numbers: Partial<Record<Decoding, Serde<unknown>>> = {
  int16,
  int32,
  float,
  double,
  uuid,
} as const

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The function that decodes so. Text that is no UTF-8 is given as base64. */
export function decoder(decoding: Decoding): Decode {
  const serde = numbers[decoding]
  if (serde !== undefined) return (bytes) => bytes && serde.deserialize(bufferOf(bytes), place)
  switch (decoding) {
    case 'json':
      return (bytes) => bytes && (JSON.parse(Buffer.from(bytes).toString()) as unknown)
    case 'hex':
    case 'base64':
      return (bytes) => bytes && Buffer.from(bytes).toString(decoding)
    case 'int64':
      // JSON has no bigint: numbers beyond 2^53 are given as text.
      return (bytes) => bytes && numberOrText(int64.deserialize(bufferOf(bytes), place))
    default:
      return textOf
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const place = { topic: '', part: 'value' } as const

function numberOrText(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

function textOf(bytes: Uint8Array | null): string | null {
  if (bytes === null) return null
  try {
    return utf8.decode(bytes)
  } catch {
    return `base64:${Buffer.from(bytes).toString('base64')}`
  }
}
