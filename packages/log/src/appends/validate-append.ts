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
  settings: LogSettings,
  origin: AppendOrigin,
  nowMs: number,
): ValidAppend {
  if (origin === 'coordinator')
    return { records: wholeBatches(records, settings), maxTimestamp: -1 }
  const current = isLegacy(records) ? converted(records) : records
  const isAppendTime = settings['message.timestamp.type'] === 'LogAppendTime'
  const maxMessageBytes = settings['max.message.bytes']
  const answer = validateClientBatches(current, {
    maxMessageBytes,
    nowMs,
    timestampType: isAppendTime ? 'LogAppendTime' : 'CreateTime',
    timestampBeforeMaxMs: settings['message.timestamp.before.max.ms'],
    timestampAfterMaxMs: settings['message.timestamp.after.max.ms'],
    isCompacted: settings['cleanup.policy'].includes('compact'),
  })
  if (isBatchFault(answer)) throw refused(answer)
  if (answer.batchCount === 0) throw new KafkaError('INVALID_RECORD', 'There is no whole batch.')
  const { maxTimestamp } = answer
  const { validBytes } = answer
  const valid = validBytes === current.length ? current : current.subarray(0, validBytes)
  const target = targetCodec(settings)
  const batch = new RecordBatch(valid)
  const keepsCodec = target === 'producer' || target === batch.compression
  if (keepsCodec && !answer.needsRebuild) return { records: valid, maxTimestamp }
  const rebuilt = rebuildBatch(batch, { compression: target, ...levelOf(target, settings) })
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

function wholeBatches(records: Buffer, settings: LogSettings): Buffer {
  const walk = new BatchWalk(records)
  while (walk.next()) {
    if (walk.batch.sizeInBytes > settings['max.message.bytes']) {
      const message = `A batch has ${walk.batch.sizeInBytes} bytes, more than is allowed.`
      throw new KafkaError('MESSAGE_TOO_LARGE', message)
    }
  }
  if (walk.fault !== undefined) throw refused(walk.fault)
  if (walk.position === 0) throw new KafkaError('INVALID_RECORD', 'There is no whole batch.')
  return records.subarray(0, walk.position)
}

const looked = new BatchWalk(Buffer.alloc(0))

function isLegacy(records: Buffer): boolean {
  const walk = looked.restart(records)
  return walk.next() && walk.magic < 2
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

function targetCodec(settings: LogSettings): CompressionCodec | 'producer' {
  switch (settings['compression.type']) {
    case 'uncompressed':
      return 'none'
    case 'gzip':
    case 'snappy':
    case 'lz4':
    case 'zstd':
      return settings['compression.type']
    default:
      return 'producer'
  }
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
