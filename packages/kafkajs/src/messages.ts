// Messages of kafkajs programs and records of the client, each in the other's terms.

import type { ConsumerRecord, HeaderValue, OutgoingRecord, Topic } from '@samsa/client'
import { KafkaJSNonRetriableError } from './errors.ts'

/** Headers of a message: a name may have several values. */
export interface IHeaders {
  readonly [key: string]: Buffer | string | readonly (Buffer | string)[] | undefined
}

/** A message to be sent. */
export interface Message {
  readonly key?: Buffer | string | null
  readonly value: Buffer | string | null
  readonly partition?: number
  readonly headers?: IHeaders
  /** Milliseconds since the epoch. */
  readonly timestamp?: string
}

/** A message that was read. */
export interface KafkaMessage {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly timestamp: string
  readonly attributes: number
  readonly offset: string
  readonly headers: IHeaders
}

/** A topic of bytes. */
export type RawTopic = Topic<Uint8Array | null, Uint8Array | null>

/** A record for the client. Throws KafkaJSNonRetriableError for a message without value. */
export function outgoing(
  topic: string,
  message: Message,
): OutgoingRecord<Uint8Array | null, Uint8Array | null> {
  const { key, value, partition, headers, timestamp } = message
  if (value === undefined) {
    const text = JSON.stringify(message)
    throw new KafkaJSNonRetriableError(
      `Invalid message without value for topic "${topic}": ${text}`,
    )
  }
  return {
    key: bytesOf(key ?? null),
    value: bytesOf(value),
    ...(partition === undefined || partition === null ? {} : { partition }),
    ...(headers === undefined ? {} : { headers: pairs(headers) }),
    ...(timestamp === undefined ? {} : { timestamp: Number(timestamp) }),
  }
}

function bytesOf(value: Buffer | string | null): Uint8Array | null {
  return typeof value === 'string' ? Buffer.from(value) : value
}

function pairs(headers: IHeaders): [string, HeaderValue][] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const values = Array.isArray(value) ? value : [value]
    return values.map((one): [string, HeaderValue] => [name, one ?? null])
  })
}

/** A message for the program. */
export function incoming(record: ConsumerRecord<RawTopic>): KafkaMessage {
  const { key, value, timestamp, offset } = record
  const headers: Record<string, Buffer | string | (Buffer | string)[]> = {}
  for (const header of record.headers) {
    const bytes = bufferOf(header.value) ?? Buffer.alloc(0)
    const known = headers[header.key]
    if (known === undefined) headers[header.key] = bytes
    else headers[header.key] = [...(Array.isArray(known) ? known : [known]), bytes]
  }
  return {
    key: bufferOf(key),
    value: bufferOf(value),
    timestamp: String(timestamp),
    attributes: 0,
    offset: String(offset),
    headers,
  }
}

function bufferOf(bytes: Uint8Array | null): Buffer | null {
  if (bytes === null) return null
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
