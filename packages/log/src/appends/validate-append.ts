// What a leader takes: one batch of a client, looked at closely and rebuilt where the topic wants it otherwise, or a
// coordinator's batches, which this broker made itself.

import {
  BatchWalk,
  type BatchFault,
  type CompressionCodec,
  convertLegacySet,
  isBatchFault,
  KafkaError,
  RecordBatch,
  rebuildBatch,
  validateClientBatches,
} from '@samsa/protocol'
import type { LogSettings } from '../log-settings.ts'
import type { AppendRules } from './append-rules.ts'

/** Who appends: a client, whose batch is not trusted, or a coordinator of this broker. */
export type AppendOrigin = 'client' | 'coordinator'

/** Records that may be appended. */
export interface ValidAppend {
  /** What came, or what was made of it. */
  readonly records: Buffer
  /** What the header must say under CreateTime; -1 to leave it as it is. */
  readonly maxTimestamp: number
}

/** Refuses with a `KafkaError` what may not be appended; its `cause` then tells the records at fault. */
export function validateAppend(
  records: Buffer,
  rules: AppendRules,
  origin: AppendOrigin,
  nowMs: number,
): ValidAppend {
  if (origin === 'coordinator') {
    return { records: wholeBatches(records, rules.maxMessageBytes), maxTimestamp: -1 }
  }
  const current = isLegacy(records) ? converted(records) : records
  const { maxMessageBytes } = rules
  rules.batch.nowMs = nowMs
  const answer = validateClientBatches(current, rules.batch)
  if (isBatchFault(answer)) throw refused(answer)
  if (answer.batchCount === 0) throw new KafkaError('INVALID_RECORD', 'There is no whole batch.')
  const { maxTimestamp, validBytes } = answer
  const valid = validBytes === current.length ? current : current.subarray(0, validBytes)
  const target = rules.targetCodec
  if (target === 'producer' && !answer.needsRebuild) return { records: valid, maxTimestamp }
  const batch = new RecordBatch(valid)
  if (target === batch.compression && !answer.needsRebuild) return { records: valid, maxTimestamp }
  const level = levelOf(target, rules.settings)
  const rebuilt = rebuildBatch(batch, { compression: target, ...level })
  if (isBatchFault(rebuilt)) throw refused(rebuilt)
  if (rebuilt.length > maxMessageBytes) {
    const message = `Recompressed, the batch has ${rebuilt.length} of ${maxMessageBytes} bytes.`
    throw new KafkaError('MESSAGE_TOO_LARGE', message)
  }
  return { records: rebuilt, maxTimestamp }
}

/** The whole batches of what a leader sent, which must follow `nextOffset - 1`; refuses damage with a `KafkaError`. */
export function followingBatches(
  records: Buffer,
  nextOffset: number,
): { readonly bytes: Buffer; readonly lastOffset: number } {
  const walk = new BatchWalk(records)
  let expected = nextOffset
  while (walk.next()) {
    const { batch, magic } = walk
    if (magic !== 2) throw new KafkaError('UNSUPPORTED_FOR_MESSAGE_FORMAT')
    if (!batch.verifyChecksum()) throw new KafkaError('CORRUPT_MESSAGE', 'Wrong checksum.')
    if (batch.baseOffset < expected || batch.lastOffsetDelta < 0) {
      const message = `Offset ${batch.baseOffset} does not follow ${expected - 1}.`
      throw new KafkaError('INVALID_RECORD', message)
    }
    expected = batch.nextOffset
  }
  if (walk.fault !== undefined) throw refused(walk.fault)
  return { bytes: records.subarray(0, walk.position), lastOffset: expected - 1 }
}

function wholeBatches(records: Buffer, maxMessageBytes: number): Buffer {
  const walk = new BatchWalk(records)
  while (walk.next()) {
    if (walk.batch.sizeInBytes > maxMessageBytes) {
      const message = `A batch has ${walk.batch.sizeInBytes} bytes, more than is allowed.`
      throw new KafkaError('MESSAGE_TOO_LARGE', message)
    }
  }
  if (walk.fault !== undefined) throw refused(walk.fault)
  if (walk.position === 0) throw new KafkaError('INVALID_RECORD', 'There is no whole batch.')
  return records.subarray(0, walk.position)
}

/** Where every batch and message states its version, and that of today's batches. */
const MAGIC = 16
const CURRENT_MAGIC = 2

const looked = new BatchWalk(Buffer.alloc(0))

function isLegacy(records: Buffer): boolean {
  if ((records[MAGIC] ?? CURRENT_MAGIC) >= CURRENT_MAGIC) return false
  const walk = looked.restart(records)
  return walk.next() && walk.magic < CURRENT_MAGIC
}

/** Produce requests below version 3 bring message sets, which are stored as one batch. */
function converted(records: Buffer): Buffer {
  const answer = convertLegacySet(records, { compression: 'producer' })
  if (isBatchFault(answer)) throw refused(answer)
  return answer
}

function refused(found: BatchFault): KafkaError {
  return new KafkaError(found.error, found.message, { cause: found })
}

function levelOf(
  codec: CompressionCodec | 'producer',
  settings: LogSettings,
): { compressionLevel?: number } {
  if (codec !== 'gzip' && codec !== 'lz4' && codec !== 'zstd') return {}
  const level = settings[`compression.${codec}.level`]
  // -1 is gzip's own word for its default.
  return level === -1 ? {} : { compressionLevel: level }
}
