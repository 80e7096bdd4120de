// How a record is printed: by a format string as kcat has it, or as a JSON line.

import type { TopicRecord } from '@samsa/client'
import { UsageError } from '../../command-line.ts'
import type { Decode } from './decode.ts'

/** A record as bytes. */
export type RawRecord = TopicRecord<Uint8Array | null, Uint8Array | null>

/** Puts the bytes of one record's line into `parts`. */
export type Format = (record: RawRecord, parts: Uint8Array[]) => void

type Piece = (record: RawRecord) => Uint8Array | string

const nothing = Buffer.alloc(0)

/** How keys and values are decoded; undefined: their bytes as they are. */
export interface Decoders {
  readonly key?: Decode
  readonly value?: Decode
}

function shown(bytes: Uint8Array | null, decode: Decode | undefined): Uint8Array | string {
  if (decode === undefined) return bytes ?? nothing
  const value = decode(bytes)
  if (value === null) return nothing
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The tokens of kcat's -f. */
function pieces({ key, value }: Decoders): Readonly<Record<string, Piece>> {
  return {
    s: (record) => shown(record.value, value),
    k: (record) => shown(record.key, key),
    t: (record) => record.topic,
    p: (record) => String(record.partition),
    o: (record) => String(record.offset),
    T: (record) => String(record.timestamp),
    S: (record) => String(record.value?.length ?? -1),
    K: (record) => String(record.key?.length ?? -1),
    h: headersText,
    '%': () => '%',
  }
}

function headersText({ headers }: RawRecord): string {
  return headers
    .map(({ key, value }) => `${key}=${value === null ? 'NULL' : Buffer.from(value).toString()}`)
    .join(',')
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '0': '\0',
}

/** Reads a format string. Throws UsageError for a token that there is none of. */
export function formatOf(text: string, decoders: Decoders): Format {
  const known = pieces(decoders)
  const list: (Piece | Buffer)[] = []
  for (const [whole, kind, letter = ''] of text.matchAll(/([%\\])(.)|[^%\\]+|[%\\]/gsu)) {
    if (kind === '%') {
      const piece = known[letter]
      if (piece === undefined) {
        const tokens = Object.keys(known).map((token) => `%${token}`)
        throw new UsageError(`the format has no token %${letter}; there are ${tokens.join(' ')}`)
      }
      list.push(piece)
    } else {
      list.push(Buffer.from(kind === '\\' ? (escapes[letter] ?? whole) : whole))
    }
  }
  return (record, parts) => {
    for (const piece of list) {
      const part = typeof piece === 'function' ? piece(record) : piece
      parts.push(typeof part === 'string' ? Buffer.from(part) : part)
    }
  }
}

/** A record as one JSON object. */
export function jsonFormat(key: Decode, value: Decode): Format {
  return (record, parts) => {
    parts.push(Buffer.from(`${JSON.stringify(plainRecord(record, key, value))}\n`))
  }
}

/** A record as programs read it. */
export interface PlainRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: unknown
  readonly value: unknown
  readonly headers: Readonly<Record<string, string | null>>
}

/** A record with its key, value and headers decoded. */
export function plainRecord(record: RawRecord, key: Decode, value: Decode): PlainRecord {
  const { topic, partition, offset, timestamp } = record
  const headers = Object.fromEntries(
    record.headers.map((header) => [
      header.key,
      header.value && Buffer.from(header.value).toString(),
    ]),
  )
  const decoded = { key: key(record.key), value: value(record.value) }
  return { topic, partition, offset, timestamp, ...decoded, headers }
}
