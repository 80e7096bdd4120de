/**
 * How fast record batches are written, read and validated on one thread, beside raw loops that
 * touch the same bytes and do nothing else. Both are run by turns.
 */

import {
  BATCH_HEADER_BYTES,
  BatchBuilder,
  RecordBatch,
  RecordCursor,
  crc32cRange,
  decompress,
  isBatchFault,
  validateClientBatches,
} from '@samsa/protocol'
import type { CompressionCodec } from '@samsa/protocol'
import type { Row } from '../row.ts'

const RECORDS = 10_000
const ROUNDS = 40
const TIMESTAMP = 1790000000000
const KEY = Buffer.from('user-12345')
const VALUE = Buffer.alloc(80, 'v')
/** Bytes of one of these records with its varints. */
const RECORD_BYTES = 100

/** Keeps what the loops compute alive. */
let sink = 0

/** Batches of 10,000 records of 100 bytes: records a second. */
export async function benchBatches(): Promise<Row[]> {
  const builder = new BatchBuilder(2 << 20)
  const batchBytes = Buffer.from(encode(builder))
  const batch = new RecordBatch(batchBytes)
  const cursor = new RecordCursor()
  const target = Buffer.alloc(2 << 20)
  const encoded = measure(
    () => encode(builder).length,
    () => rawEncode(target),
  )
  const decoded = measure(
    () => decode(batch, cursor),
    () => rawDecode(batchBytes),
  )
  const validated = measure(
    () => validate(batchBytes),
    () => rawDecode(batchBytes) + crc32cRange(batchBytes, 21, batchBytes.length),
  )
  const packed = new Map(
    (['lz4', 'zstd'] as const).map((compression) => {
      const bytes = Buffer.from(encode(builder, compression))
      const payload = bytes.subarray(BATCH_HEADER_BYTES)
      const unpack = (): number => {
        const plain = decompress(compression, payload, 2 << 20)
        return Buffer.isBuffer(plain) ? rawDecode(plain, 0) : 0
      }
      return [compression, measure(() => validate(bytes), unpack)]
    }),
  )
  const sliced = measure(
    () => decodeToSlices(batch, cursor),
    () => rawSlices(batchBytes),
  )
  return [
    row('encode a batch of small records', encoded, 20),
    row('decode a batch of small records', decoded, 12),
    row('validate a client batch, checksum and all records', validated, 12),
    ...[...packed].map(([codec, measured]) =>
      row(`validate a batch of ${codec}`, measured, 6, 0.4),
    ),
    row('decode with key and value as slices', sliced, 12),
  ]
}

function encode(builder: BatchBuilder, compression: CompressionCodec = 'none'): Buffer {
  builder.reset()
  for (let i = 0; i < RECORDS; i++) builder.append(TIMESTAMP + (i & 63), KEY, VALUE)
  return builder.build({ compression })
}

/** Writes the same bytes, none of them computed but the checksum. */
function rawEncode(target: Buffer): number {
  let at = BATCH_HEADER_BYTES
  for (let i = 0; i < RECORDS; i++) {
    target[at] = 0xc4
    target[at + 1] = 1
    target[at + 2] = 0
    target[at + 3] = i & 63
    target[at + 4] = i & 0x7f
    target[at + 5] = i >> 7
    target[at + 6] = KEY.length << 1
    target.set(KEY, at + 7)
    target[at + 17] = 0xa0
    target[at + 18] = 1
    target.set(VALUE, at + 19)
    target[at + 99] = 0
    at += RECORD_BYTES
  }
  return crc32cRange(target, 21, at)
}

function decode(batch: RecordBatch, cursor: RecordCursor): number {
  let sum = 0
  cursor.open(batch)
  while (cursor.next()) sum += cursor.timestamp + cursor.keyLength + cursor.valuePosition
  return sum
}

function decodeToSlices(batch: RecordBatch, cursor: RecordCursor): number {
  let sum = 0
  cursor.open(batch)
  while (cursor.next()) sum += (cursor.key()?.length ?? 0) + (cursor.value()?.length ?? 0)
  return sum
}

function validate(bytes: Buffer): number {
  const answer = validateClientBatches(bytes, {
    maxMessageBytes: 2 << 20,
    nowMs: TIMESTAMP,
    timestampAfterMaxMs: 3_600_000,
  })
  if (isBatchFault(answer)) throw new Error(answer.message)
  return answer.maxTimestamp
}

/** Reads each byte that a decoder must read, without checking or keeping anything. */
function rawDecode(bytes: Buffer, position = BATCH_HEADER_BYTES): number {
  let sum = 0
  let at = position
  while (at < bytes.length) {
    for (let field = 0; field < 6; field++) {
      let byte = bytes[at++] ?? 0
      let rest = byte & 0x7f
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = bytes[at++] ?? 0
        rest |= (byte & 0x7f) << shift
      }
      const value = (rest >>> 1) ^ -(rest & 1)
      sum += value
      if (field === 0) at += 1
      if (field === 3 || field === 4) at += value
    }
  }
  return sum
}

/** Makes the two slices a record and nothing else. */
function rawSlices(bytes: Buffer): number {
  let sum = 0
  for (let i = 0, at = BATCH_HEADER_BYTES; i < RECORDS; i++) {
    sum += bytes.subarray(at + 8, at + 18).length + bytes.subarray(at + 20, at + 100).length
    at += RECORD_BYTES
  }
  return sum
}

/** Records a second of both in their fastest round: what a busy machine disturbs least. */
function measure(ours: () => number, reference: () => number): { ours: number; reference: number } {
  const oursTimes: number[] = []
  const referenceTimes: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    oursTimes.push(timeOf(ours))
    referenceTimes.push(timeOf(reference))
  }
  return { ours: rateOf(oursTimes), reference: rateOf(referenceTimes) }
}

const REPEATS = 5

function timeOf(run: () => number): number {
  const start = process.hrtime.bigint()
  for (let i = 0; i < REPEATS; i++) sink += run()
  return Number(process.hrtime.bigint() - start)
}

function rateOf(times: readonly number[]): number {
  return (RECORDS * REPEATS * 1000) / Math.min(...times)
}

function row(
  name: string,
  measured: { ours: number; reference: number },
  least: number,
  leastRatio = 0.6,
): Row {
  const ratio = measured.ours / measured.reference
  return {
    name,
    ours: measured.ours,
    reference: measured.reference,
    beside: 'raw loop',
    unit: 'M records/s',
    ratio,
    isSteady: true,
    goal: `≥ ${least}, or ≥ ${leastRatio} of the raw loop`,
    met: Number.isFinite(sink) && (measured.ours >= least || ratio >= leastRatio),
  }
}
