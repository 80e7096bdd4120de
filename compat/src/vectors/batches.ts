/**
 * Golden record batches and message sets of all magics, made with Apache Kafka's own classes: each
 * must decode to what Kafka's readers see, and encode to the same bytes where no codec is involved.
 * The broken ones must be refused with the very error that Kafka's broker answers.
 */

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import {
  BatchBuilder,
  BatchWalk,
  LegacyMessage,
  RecordBatch,
  RecordCursor,
  isBatchFault,
  readLegacyRecords,
  readRecords,
  validateClientBatches,
} from '@samsa/protocol'
import type { BatchFault, BatchOptions, CompressionCodec, StoredRecord } from '@samsa/protocol'
import type { CheckResult } from './check-result.ts'
import { CheckCounter } from './check-result.ts'

interface Outcome {
  readonly exception: string | null
  readonly batches?: number
  readonly records?: number
  readonly validBytes?: number
}

interface BatchVector {
  readonly name: string
  readonly hex: string
  readonly batches?: readonly Record<string, unknown>[]
  readonly decodeOnly?: boolean
  readonly read?: Outcome
  readonly produce?: Outcome | null
}

/** The error that Kafka puts on the wire for each exception; the last two it did not foresee. */
const ERROR_OF_EXCEPTION: Readonly<Record<string, string>> = {
  CorruptRecordException: 'CORRUPT_MESSAGE',
  InvalidRecordException: 'INVALID_RECORD',
  RecordValidationException: 'INVALID_RECORD',
  KafkaException: 'UNKNOWN_SERVER_ERROR',
  IllegalArgumentException: 'UNKNOWN_SERVER_ERROR',
}

/** When the vectors were made: their records must not be too old or too new. */
const NOW_MS = 1790000000000

/** Checks `DIR/batches/*.json`, or `DIR/batches.jsonl` where they are gathered in one file. */
export async function checkBatches(directory: string): Promise<CheckResult> {
  const counter = new CheckCounter()
  for (const vector of vectorsIn(directory)) {
    counter.check(vector.name, () =>
      vector.read === undefined ? checkWhole(vector) : checkBroken(vector, vector.read),
    )
  }
  return counter.result()
}

function vectorsIn(directory: string): BatchVector[] {
  const gathered = join(directory, 'batches.jsonl')
  const folder = join(directory, 'batches')
  const texts = existsSync(gathered)
    ? readFileSync(gathered, 'utf8').trim().split('\n')
    : readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => readFileSync(join(folder, name), 'utf8'))
  return texts.map((text) => JSON.parse(text))
}

/** What is different from what Kafka's readers see, or `undefined`. */
function checkWhole(vector: BatchVector): string | undefined {
  const bytes = Buffer.from(vector.hex, 'hex')
  const walk = new BatchWalk(bytes)
  const seen: Record<string, unknown>[] = []
  while (walk.next()) {
    seen.push(walk.magic === 2 ? describe(walk.batch) : describeLegacy(bytes, walk.batchPosition))
    const difference = walk.magic === 2 ? checkEncoding(walk.batch) : undefined
    if (difference !== undefined) return difference
  }
  const expected = (vector.batches ?? []).map(expand)
  if (!isDeepStrictEqual(seen, expected)) return `decodes to ${JSON.stringify(seen).slice(0, 600)}`
  if (walk.fault !== undefined || walk.isCut) return `ends with ${JSON.stringify(walk.fault)}`
  return undefined
}

/** Uncompressed: the same bytes. Compressed: bytes that decode to the same batch but its size. */
function checkEncoding(batch: RecordBatch): string | undefined {
  const encoded = encodeAgain(batch)
  if (batch.compression === 'none') {
    return encoded.equals(batch.slice()) ? undefined : `encodes to ${encoded.toString('hex')}`
  }
  const again = new RecordBatch(encoded)
  const comparable = (each: RecordBatch): object => ({ ...describe(each), crc: 0, sizeInBytes: 0 })
  const isSame = isDeepStrictEqual(comparable(again), comparable(batch)) && again.verifyChecksum()
  return isSame ? undefined : 'differs after compressing it again'
}

function encodeAgain(batch: RecordBatch): Buffer {
  const builder = new BatchBuilder().reset(batch.baseTimestamp)
  const cursor = new RecordCursor()
  cursor.open(batch)
  while (cursor.next()) {
    const timestamp = batch.baseTimestamp + cursor.timestampDelta
    const headers = cursor.headerCount === 0 ? undefined : cursor.headers()
    builder.append(timestamp, cursor.key(), cursor.value(), headers, cursor.offsetDelta)
  }
  const options: BatchOptions = {
    baseOffset: batch.baseOffset,
    partitionLeaderEpoch: batch.partitionLeaderEpoch,
    compression: batch.compression ?? 'none',
    timestampType: batch.timestampType,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    isTransactional: batch.isTransactional,
    isControl: batch.isControl,
    hasDeleteHorizon: batch.hasDeleteHorizon,
    lastOffsetDelta: batch.lastOffsetDelta,
  }
  const needsMaxTimestamp = batch.timestampType === 'LogAppendTime' || batch.recordCount === 0
  return builder.build(
    needsMaxTimestamp ? { ...options, maxTimestamp: batch.maxTimestamp } : options,
  )
}

function checkBroken(vector: BatchVector, read: Outcome): string | undefined {
  const bytes = Buffer.from(vector.hex, 'hex')
  const seen = readAsConsumer(bytes)
  const wanted = { error: errorOf(read), batches: read.batches, records: read.records }
  if (!isDeepStrictEqual(seen, wanted)) return `reads as ${JSON.stringify(seen)}`
  const { produce } = vector
  if (produce === undefined || produce === null) return undefined
  const answer = validateClientBatches(bytes, {
    maxMessageBytes: 1048588,
    nowMs: NOW_MS,
    isCompacted: vector.name.includes('compacted-topic'),
    recordChecks: 'all',
  })
  const error = isBatchFault(answer) ? answer.error : null
  if (error !== errorOf(produce)) return `is answered with ${JSON.stringify(answer)}`
  if (isBatchFault(answer)) return undefined
  const isSame = answer.validBytes === produce.validBytes && answer.batchCount === produce.batches
  return isSame ? undefined : `is accepted as ${JSON.stringify(answer)}`
}

function errorOf({ exception }: Outcome): string | null {
  if (exception === null) return null
  return ERROR_OF_EXCEPTION[exception] ?? `an error for ${exception}`
}

/** Counts what a consumer meets until the first fault; the batch at fault counts, too. */
function readAsConsumer(bytes: Buffer): object {
  const walk = new BatchWalk(bytes)
  let batches = 0
  let records = 0
  let found: BatchFault | undefined
  while (found === undefined && walk.next()) {
    batches += 1
    if (walk.magic < 2) {
      const read = readLegacyRecords(bytes, walk.batchPosition)
      records += read.records.length
      found = read.fault
    } else if (!walk.batch.verifyChecksum()) {
      const message = 'The checksum is wrong.'
      found = { error: 'CORRUPT_MESSAGE', position: walk.batchPosition, message }
    } else {
      const read = readRecords(walk.batch)
      records += read.records.length
      found = read.fault
    }
  }
  // Kafka's walk shows batches that are too short for their header; they fail when looked at.
  if (walk.fault !== undefined && isFramed(bytes, walk.fault.position)) batches += 1
  return { error: (found ?? walk.fault)?.error ?? null, batches, records }
}

function isFramed(bytes: Buffer, position: number): boolean {
  const length = bytes.readInt32BE(position + 8)
  const magic = bytes.readInt8(position + 16)
  return length >= 14 && length <= bytes.length - position - 12 && magic >= 0 && magic <= 2
}

function describe(batch: RecordBatch): Record<string, unknown> {
  const { records } = readRecords(batch)
  const horizon = batch.hasDeleteHorizon ? { deleteHorizonMs: batch.baseTimestamp } : {}
  return {
    magic: batch.magic,
    baseOffset: batch.baseOffset,
    lastOffset: batch.lastOffset,
    sizeInBytes: batch.sizeInBytes,
    partitionLeaderEpoch: batch.partitionLeaderEpoch,
    crc: batch.verifyChecksum() ? batch.crc : 'wrong',
    attributes: batch.attributes,
    compression: batch.compression,
    timestampType: batch.timestampType === 'CreateTime' ? 'create' : 'append',
    transactional: batch.isTransactional,
    control: batch.isControl,
    ...horizon,
    lastOffsetDelta: batch.lastOffsetDelta,
    baseTimestamp: batch.baseTimestamp,
    maxTimestamp: batch.maxTimestamp,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    lastSequence: batch.lastSequence,
    count: batch.recordCount,
    records: records.map(describeRecord),
  }
}

function describeLegacy(bytes: Buffer, position: number): Record<string, unknown> {
  const message = new LegacyMessage(bytes, position)
  const { records } = readLegacyRecords(bytes, position)
  const { timestampType } = message
  const compression: CompressionCodec | undefined = message.compression
  return {
    magic: message.magic,
    offset: message.offset,
    sizeInBytes: message.sizeInBytes,
    crc: message.verifyChecksum() ? message.crc : 'wrong',
    attributes: message.attributes,
    compression,
    timestampType:
      timestampType === undefined ? null : timestampType === 'CreateTime' ? 'create' : 'append',
    ...(message.magic === 0 ? {} : { maxTimestamp: message.timestamp }),
    records: records.map(describeRecord),
  }
}

function describeRecord(record: StoredRecord): Record<string, unknown> {
  const { offset, timestamp, key, value, headers } = record
  const described = { offset, timestamp, key: hexOf(key), value: hexOf(value) }
  if (headers.length === 0) return described
  return { ...described, headers: headers.map((header) => [header.key, hexOf(header.value)]) }
}

function hexOf(bytes: Buffer | null): string | null {
  return bytes === null ? null : bytes.toString('hex')
}

/** Long values are written as `{ repeat, times }`. */
function expand(batch: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify(batch), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('repeat' in value)) return value
    const { repeat, times } = value as { repeat: string; times: number }
    return repeat.repeat(times)
  })
}
