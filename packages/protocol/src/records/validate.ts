/**
 * What the leader checks of the records that a client wants appended, in Kafka's order: sizes,
 * checksum and codec of all that is there; then that it is one batch whose header tells the truth
 * about itself and claims nothing that only brokers may; then its records.
 *
 * Invariant: what passes can be appended as it lies once the leader has assigned offset, epoch and
 * timestamps, or is flagged `needsRebuild`; bytes after `validBytes` must not be appended.
 */

import { fault } from './batch-fault.ts'
import type { BatchFault } from './batch-fault.ts'
import { BATCH_HEADER_BYTES } from './batch-format.ts'
import { BatchWalk } from './batch-walk.ts'
import type { RecordBatch, TimestampType } from './record-batch.ts'
import { RecordCursor } from './record-cursor.ts'
import { rejectRecords, rejectsHeaderTimestamps } from './validate-records.ts'
import type { RecordError } from './validate-records.ts'

/** What a topic and a broker allow. */
export interface ClientBatchRules {
  /** `max.message.bytes`: of a whole batch as it came. */
  readonly maxMessageBytes: number
  /** The broker's clock, for the timestamp limits. */
  readonly nowMs: number
  /** `message.timestamp.type`. Default CreateTime. */
  readonly timestampType?: TimestampType
  /** `message.timestamp.before.max.ms`. Default: no limit. */
  readonly timestampBeforeMaxMs?: number
  /** `message.timestamp.after.max.ms`. Default: no limit. */
  readonly timestampAfterMaxMs?: number
  /** `cleanup.policy` contains `compact`: every record needs a key. */
  readonly isCompacted?: boolean
  /** Whether zstd may be used: from Produce version 7 on (KIP-110). Default true. */
  readonly allowsZstd?: boolean
  /** Whether a base offset other than 0 is refused. Default false: the leader overwrites it. */
  readonly requiresBaseOffsetZero?: boolean
  /**
   * `all`: look at every record, unpacking if need be, so that no batch gets into the log that
   * consumers choke on; what Kafka does. `cheap`: unpack only where the header cannot answer what
   * this topic asks (keys, old timestamps); uncompressed records are looked at all the same.
   * Default `all`: unpacking takes about a millisecond for each megabyte of lz4 or zstd.
   */
  readonly recordChecks?: 'all' | 'cheap'
  /** The most bytes that records may unpack to. Default 128 MiB. */
  readonly maxPayloadBytes?: number
}

/** What is to be appended. */
export interface ValidClientBatch {
  /** 0 or 1: a batch that is cut off is none, and it is for the request's handler to say so. */
  readonly batchCount: 0 | 1
  /** Bytes of that batch; what follows is cut off and not to be appended. */
  readonly validBytes: number
  readonly recordCount: number
  /** The records' largest timestamp, which may not be what the header says: `setTimestamps`. */
  readonly maxTimestamp: number
  /** The offset delta of the first record that has it. */
  readonly offsetDeltaOfMaxTimestamp: number
  /** The compressed records' offsets have gaps: append what `rebuildBatch` makes of it. */
  readonly needsRebuild: boolean
}

/** Why nothing of it may be appended. */
export interface ClientBatchFault extends BatchFault {
  /** The records at fault, if it is they and not the batch. */
  readonly recordErrors?: readonly RecordError[]
}

const NOTHING: ValidClientBatch = {
  batchCount: 0,
  validBytes: 0,
  recordCount: 0,
  maxTimestamp: -1,
  offsetDeltaOfMaxTimestamp: -1,
  needsRebuild: false,
}

/** Reused, since most appends are small and all pass here; the cursor never holds unpacked bytes. */
const walked = new BatchWalk(Buffer.alloc(0))
const uncompressed = new RecordCursor()

/**
 * Validates one partition's records of a produce request of version 3 or later, which are of magic
 * 2. (Older ones are converted first, see `convertLegacySet`.) Nothing is changed in the bytes.
 */
export function validateClientBatches(
  bytes: Buffer,
  rules: ClientBatchRules,
): ValidClientBatch | ClientBatchFault {
  const walk = walked.restart(bytes)
  let batchCount = 0
  while (walk.next()) {
    const found = rejectBytes(walk, rules)
    if (found !== undefined) return found
    batchCount += 1
  }
  if (walk.fault !== undefined) return walk.fault
  if (batchCount === 0) return NOTHING
  const batch = walk.batch.at(0)
  if (batchCount > 1) {
    return fault('INVALID_RECORD', batch.end, `There are ${batchCount} batches instead of one.`)
  }
  return rejectHeader(batch, rules) ?? checkRecords(batch, rules)
}

/** Whether the answer of `validateClientBatches` is a fault. */
export function isBatchFault<T extends object>(answer: T | BatchFault): answer is BatchFault {
  return 'error' in answer
}

function rejectBytes(walk: BatchWalk, rules: ClientBatchRules): BatchFault | undefined {
  const { batch, batchPosition, magic } = walk
  if (magic !== 2) {
    return fault('INVALID_RECORD', batchPosition, `The batch's magic is ${magic} instead of 2.`)
  }
  const size = batch.sizeInBytes
  if (size > rules.maxMessageBytes) {
    const text = `The batch's ${size} bytes are more than the ${rules.maxMessageBytes} allowed.`
    return fault('MESSAGE_TOO_LARGE', batchPosition, text)
  }
  if (!batch.verifyChecksum()) {
    return fault('CORRUPT_MESSAGE', batchPosition, "The batch's checksum is wrong.")
  }
  if (batch.compression === undefined) {
    const text = `There is no codec ${batch.attributes & 7}.`
    return fault('UNKNOWN_SERVER_ERROR', batchPosition, text)
  }
  if (batch.compression === 'zstd' && rules.allowsZstd === false) {
    const text = 'Records compressed with zstd need Produce version 7 or later.'
    return fault('UNSUPPORTED_COMPRESSION_TYPE', batchPosition, text)
  }
  return undefined
}

function rejectHeader(batch: RecordBatch, rules: ClientBatchRules): BatchFault | undefined {
  const invalid = (text: string): BatchFault => fault('INVALID_RECORD', batch.position, text)
  const { baseSequence, lastOffsetDelta, producerId, recordCount } = batch
  if (batch.baseOffset !== 0 && rules.requiresBaseOffsetZero === true) {
    return invalid(`The base offset is ${batch.baseOffset} instead of 0.`)
  }
  if (lastOffsetDelta < 0) return invalid(`The last offset delta is ${lastOffsetDelta}.`)
  if (recordCount <= 0) return invalid(`The record count is ${recordCount}.`)
  if (lastOffsetDelta + 1 !== recordCount) {
    return invalid(`${recordCount} records do not span ${lastOffsetDelta + 1} offsets.`)
  }
  if (batch.isControl) return invalid('Clients may not write control records.')
  if (batch.hasProducerId && baseSequence < 0) {
    return invalid(`The base sequence is ${baseSequence} although there is a producer id.`)
  }
  if (!Number.isSafeInteger(producerId)) return invalid('The producer id is beyond 2^53.')
  if (batch.sizeInBytes === BATCH_HEADER_BYTES) return invalid('There are no records.')
  if (rules.timestampType === 'LogAppendTime' && batch.timestampType === 'LogAppendTime') {
    return fault('INVALID_TIMESTAMP', batch.position, 'Clients may not set the append time.')
  }
  if (rejectsHeaderTimestamps(batch, rules)) {
    return fault('INVALID_TIMESTAMP', batch.position, 'A timestamp is out of range.')
  }
  return undefined
}

function checkRecords(
  batch: RecordBatch,
  rules: ClientBatchRules,
): ValidClientBatch | ClientBatchFault {
  const isCompressed = batch.compression !== 'none'
  const needsUnpacking = rules.isCompacted === true || hasLowerLimit(rules)
  if (isCompressed && rules.recordChecks === 'cheap' && !needsUnpacking) {
    return {
      batchCount: 1,
      validBytes: batch.sizeInBytes,
      recordCount: batch.recordCount,
      maxTimestamp: batch.maxTimestamp,
      offsetDeltaOfMaxTimestamp: batch.lastOffsetDelta,
      needsRebuild: false,
    }
  }
  const cursor = isCompressed ? new RecordCursor() : uncompressed
  const failed = cursor.open(batch, rules.maxPayloadBytes)
  if (failed !== undefined) return failed
  let maxTimestamp = -1
  let offsetDeltaOfMaxTimestamp = -1
  let hasGaps = false
  let isRejected = false
  const earliest = rules.nowMs - (rules.timestampBeforeMaxMs ?? Infinity)
  const latest = rules.nowMs + (rules.timestampAfterMaxMs ?? Infinity)
  const checksTime = rules.timestampType !== 'LogAppendTime'
  const needsKeys = rules.isCompacted === true
  while (cursor.next()) {
    const timestamp = cursor.timestamp
    if (needsKeys && cursor.keyLength < 0) isRejected = true
    if (checksTime && timestamp !== -1 && !(timestamp >= earliest && timestamp <= latest)) {
      isRejected = true
    }
    if (timestamp > maxTimestamp) {
      maxTimestamp = timestamp
      offsetDeltaOfMaxTimestamp = cursor.recordIndex
    }
    if (cursor.offsetDelta !== cursor.recordIndex) hasGaps = true
  }
  if (cursor.fault !== undefined) return cursor.fault
  if (isRejected) return rejectRecords(batch, rules)
  if (!Number.isSafeInteger(maxTimestamp)) {
    return fault('INVALID_TIMESTAMP', batch.position, 'A timestamp is beyond 2^53.')
  }
  return {
    batchCount: 1,
    validBytes: batch.sizeInBytes,
    recordCount: batch.recordCount,
    maxTimestamp,
    offsetDeltaOfMaxTimestamp,
    needsRebuild: isCompressed && hasGaps,
  }
}

function hasLowerLimit(rules: ClientBatchRules): boolean {
  return rules.timestampType !== 'LogAppendTime' && Number.isFinite(rules.timestampBeforeMaxMs)
}
