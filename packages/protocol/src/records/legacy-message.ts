/**
 * A view of one message of magic 0 or 1 where it lies (see `legacy-format.ts` for the layout), and
 * the records in a set of them: a message whose attributes name a codec wraps others in its value.
 *
 * Invariant: nothing is shown of a message whose lengths do not fit its bytes, and what wrappers
 * unpack to stays within the bytes allowed.
 */

import { zlib } from '../compression/libraries.ts'
import { codecOf } from '../compression/codec.ts'
import type { CompressionCodec } from '../compression/codec.ts'
import { decompress } from '../compression/decompress.ts'
import { repairLz4Header } from '../compression/lz4.ts'
import { fault } from './batch-fault.ts'
import type { BatchErrorName, BatchFault } from './batch-fault.ts'
import {
  APPEND_TIME_FLAG,
  BASE_OFFSET,
  CODEC_MASK,
  LENGTH,
  LENGTH_OVERHEAD_BYTES,
  MAGIC,
  NONE,
} from './batch-format.ts'
import { BatchWalk } from './batch-walk.ts'
import { readInt64 } from './int64.ts'
import { LEGACY_ATTRIBUTES, LEGACY_CRC, LEGACY_TIMESTAMP } from './legacy-format.ts'
import type { ReadRecords, StoredRecord } from './read-records.ts'
import type { TimestampType } from './record-batch.ts'
import { DEFAULT_MAX_PAYLOAD_BYTES } from './record-cursor.ts'

const NO_HEADERS: StoredRecord['headers'] = []

/** A view of one message of magic 0 or 1; `BatchWalk` tells where there is one. */
export class LegacyMessage {
  readonly #bytes: Buffer
  readonly #position: number

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes
    this.#position = position
  }

  get offset(): number {
    return readInt64(this.#bytes, this.#position + BASE_OFFSET)
  }

  get sizeInBytes(): number {
    return this.#bytes.readInt32BE(this.#position + LENGTH) + LENGTH_OVERHEAD_BYTES
  }

  get crc(): number {
    return this.#bytes.readUInt32BE(this.#position + LEGACY_CRC)
  }

  get magic(): number {
    return this.#bytes.readInt8(this.#position + MAGIC)
  }

  get attributes(): number {
    return this.#bytes.readUInt8(this.#position + LEGACY_ATTRIBUTES)
  }

  /** `undefined` if the attributes name a codec that does not exist. */
  get compression(): CompressionCodec | undefined {
    return codecOf(this.attributes & CODEC_MASK)
  }

  /** `undefined` in magic 0, which has no timestamps. */
  get timestampType(): TimestampType | undefined {
    if (this.magic === 0) return undefined
    return (this.attributes & APPEND_TIME_FLAG) === 0 ? 'CreateTime' : 'LogAppendTime'
  }

  /** −1 in magic 0. */
  get timestamp(): number {
    return this.magic === 0 ? NONE : readInt64(this.#bytes, this.#position + LEGACY_TIMESTAMP)
  }

  /** Whether the bytes from the magic to the end have the checksum that the message states. */
  verifyChecksum(): boolean {
    const end = this.#position + this.sizeInBytes
    return zlib().crc32(this.#bytes.subarray(this.#position + MAGIC, end)) === this.crc
  }

  /** Key and value as slices, or `undefined` if their lengths do not fit the message. */
  keyAndValue(): { key: Buffer | null; value: Buffer | null } | undefined {
    const end = this.#position + this.sizeInBytes
    const keyPosition = this.#position + (this.magic === 0 ? 18 : 26) + 4
    const keyLength = this.#bytes.readInt32BE(keyPosition - 4)
    const valuePosition = keyPosition + Math.max(keyLength, 0) + 4
    if (valuePosition > end) return undefined
    const valueLength = this.#bytes.readInt32BE(valuePosition - 4)
    if (valuePosition + valueLength > end) return undefined
    return {
      key: sliceOrNull(this.#bytes, keyPosition, keyLength),
      value: sliceOrNull(this.#bytes, valuePosition, valueLength),
    }
  }
}

/**
 * Reads the records of the message at `position`: one, or those that it wraps, which take at most
 * `maxPayloadBytes`. Checksums are verified: of the message, and of each message in a wrapper.
 */
export function readLegacyRecords(
  bytes: Buffer,
  position = 0,
  maxPayloadBytes = DEFAULT_MAX_PAYLOAD_BYTES,
): ReadRecords {
  const message = new LegacyMessage(bytes, position)
  const fail = (error: BatchErrorName, text: string): ReadRecords => ({
    records: [],
    fault: fault(error, position, text),
  })
  if (!message.verifyChecksum()) return fail('CORRUPT_MESSAGE', 'The checksum is wrong.')
  const fields = message.keyAndValue()
  if (fields === undefined) return fail('INVALID_RECORD', 'Key or value leave the message.')
  const { compression, magic } = message
  if (compression === undefined || (compression === 'zstd' && magic < 2)) {
    return fail('UNKNOWN_SERVER_ERROR', `Magic ${magic} has no codec ${message.attributes & 7}.`)
  }
  if (compression === 'none') {
    return { records: [recordOf(message, fields, message.offset)], fault: undefined }
  }
  if (fields.value === null) return fail('INVALID_RECORD', 'A wrapper has no value.')
  const isLz4OfMagic0 = compression === 'lz4' && magic === 0
  const payload = isLz4OfMagic0 ? repairLz4Header(fields.value) : fields.value
  const plain = decompress(compression, payload, maxPayloadBytes)
  if (Buffer.isBuffer(plain)) return readWrapped(message, plain, position)
  const isTooLarge = plain.kind === 'too-large'
  return fail(isTooLarge ? 'MESSAGE_TOO_LARGE' : 'UNKNOWN_SERVER_ERROR', plain.message)
}

/** Magic 1: offsets count from the first message, and the wrapper holds the last one's. */
function readWrapped(wrapper: LegacyMessage, plain: Buffer, position: number): ReadRecords {
  const records: StoredRecord[] = []
  const walk = new BatchWalk(plain)
  const fail = (error: BatchErrorName, text: string): ReadRecords => ({
    records: [],
    fault: fault(error, position, text),
  })
  while (walk.next()) {
    const inner = new LegacyMessage(plain, walk.batchPosition)
    if (walk.magic !== wrapper.magic) return fail('INVALID_RECORD', 'Magics differ in a wrapper.')
    if (inner.compression !== 'none') return fail('INVALID_RECORD', 'A wrapper wraps a wrapper.')
    if (!inner.verifyChecksum()) return fail('CORRUPT_MESSAGE', 'A wrapped checksum is wrong.')
    const fields = inner.keyAndValue()
    if (fields === undefined) return fail('INVALID_RECORD', 'Key or value leave the message.')
    const record = recordOf(inner, fields, inner.offset)
    const hasAppendTime = wrapper.timestampType === 'LogAppendTime'
    records.push(hasAppendTime ? { ...record, timestamp: wrapper.timestamp } : record)
  }
  if (walk.fault !== undefined) return fail(walk.fault.error, walk.fault.message)
  if (walk.isCut) return fail('INVALID_RECORD', 'The last wrapped message is cut off.')
  const last = records.at(-1)
  if (last === undefined) return fail('INVALID_RECORD', 'A wrapper wraps nothing.')
  if (wrapper.magic === 0) return { records, fault: undefined }
  const baseOffset = wrapper.offset - last.offset
  return {
    records: records.map((record) => ({ ...record, offset: baseOffset + record.offset })),
    fault: undefined,
  }
}

function recordOf(
  message: LegacyMessage,
  { key, value }: { key: Buffer | null; value: Buffer | null },
  offset: number,
): StoredRecord {
  return { offset, timestamp: message.timestamp, key, value, headers: NO_HEADERS }
}

function sliceOrNull(bytes: Buffer, position: number, length: number): Buffer | null {
  return length < 0 ? null : bytes.subarray(position, position + length)
}

/** Reads the records of all messages in `bytes`, up to the first fault. */
export function readLegacySet(bytes: Buffer, maxPayloadBytes?: number): ReadRecords {
  const records: StoredRecord[] = []
  const walk = new BatchWalk(bytes)
  let found: BatchFault | undefined
  while (found === undefined && walk.next()) {
    if (walk.magic === 2) {
      found = fault('INVALID_RECORD', walk.batchPosition, 'Magics differ in a message set.')
      break
    }
    const read = readLegacyRecords(bytes, walk.batchPosition, maxPayloadBytes)
    for (const record of read.records) records.push(record)
    found = read.fault
  }
  return { records, fault: found ?? walk.fault }
}
