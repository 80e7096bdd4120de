/**
 * Writes records anew as one batch of magic 2: what an old producer sent as messages of magic 0 or
 * 1, and batches that cannot stay as they came because the topic wants another codec or because
 * their offset deltas have gaps.
 *
 * Invariant: the records keep order, timestamps, keys, values and headers; offsets become gapless.
 */

import type { CompressionCodec } from '../compression/codec.ts'
import { BatchBuilder } from './batch-builder.ts'
import { fault } from './batch-fault.ts'
import type { BatchFault } from './batch-fault.ts'
import { BatchWalk } from './batch-walk.ts'
import { LegacyMessage, readLegacySet } from './legacy-message.ts'
import type { RecordBatch } from './record-batch.ts'
import { RecordCursor } from './record-cursor.ts'

/** How the new batch is compressed. */
export interface ConversionTarget {
  /** `producer`: as it came. */
  readonly compression: CompressionCodec | 'producer'
  /** The codec's own level. */
  readonly compressionLevel?: number
  /** The most bytes that the records may unpack to. */
  readonly maxPayloadBytes?: number
}

/**
 * Converts a set of messages of magic 0 or 1 to one batch of magic 2, of create time whatever the
 * messages say, as producers send it. A set may hold several plain messages or one wrapper. A
 * message that is cut off at the end is left out. An empty set gives an empty buffer.
 */
export function convertLegacySet(bytes: Buffer, target: ConversionTarget): Buffer | BatchFault {
  let messageCount = 0
  let codec: CompressionCodec = 'none'
  const walk = new BatchWalk(bytes)
  while (walk.next() && walk.magic < 2) {
    messageCount += 1
    const { compression } = new LegacyMessage(bytes, walk.batchPosition)
    if (compression !== undefined && compression !== 'none') codec = compression
  }
  const { records, fault: found } = readLegacySet(bytes, target.maxPayloadBytes)
  if (found !== undefined) return found
  if (codec !== 'none' && messageCount > 1) {
    return fault('INVALID_RECORD', 0, 'A wrapper is not alone in its message set.')
  }
  if (records.length === 0) return Buffer.alloc(0)
  if (!records.every(({ timestamp }) => Number.isSafeInteger(timestamp))) return tooWide(0)
  const builder = new BatchBuilder(bytes.length * 2)
  for (const { timestamp, key, value } of records) builder.append(timestamp, key, value)
  return builder.build(compressionOf(target, codec))
}

/**
 * Writes a batch of magic 2 anew, with gapless offset deltas from 0 and the codec wanted. All else
 * in the header stays. Fails as `RecordCursor.open` and `next` do, and at numbers beyond 2^53.
 */
export function rebuildBatch(batch: RecordBatch, target: ConversionTarget): Buffer | BatchFault {
  if (!batch.hasSafeIntegers) return tooWide(batch.position)
  const cursor = new RecordCursor()
  const failed = cursor.open(batch, target.maxPayloadBytes)
  if (failed !== undefined) return failed
  const builder = new BatchBuilder(batch.sizeInBytes * 2).reset(batch.baseTimestamp)
  while (cursor.next()) {
    const timestamp = batch.baseTimestamp + cursor.timestampDelta
    if (!Number.isSafeInteger(timestamp)) return tooWide(batch.position)
    builder.append(timestamp, cursor.key(), cursor.value(), cursor.headers())
  }
  if (cursor.fault !== undefined) return cursor.fault
  return builder.build({
    ...compressionOf(target, batch.compression ?? 'none'),
    baseOffset: batch.baseOffset,
    partitionLeaderEpoch: batch.partitionLeaderEpoch,
    timestampType: batch.timestampType,
    maxTimestamp: batch.maxTimestamp,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    isTransactional: batch.isTransactional,
    isControl: batch.isControl,
    hasDeleteHorizon: batch.hasDeleteHorizon,
  })
}

function tooWide(position: number): BatchFault {
  return fault('INVALID_RECORD', position, 'A number is beyond 2^53.')
}

function compressionOf(
  target: ConversionTarget,
  asItCame: CompressionCodec,
): { compression: CompressionCodec; compressionLevel?: number } {
  const compression = target.compression === 'producer' ? asItCame : target.compression
  const { compressionLevel } = target
  return compressionLevel === undefined ? { compression } : { compression, compressionLevel }
}
