// Looking at batches before they enter a log: what they span, and whether a leader may take them.

import { BatchWalk, KafkaError, type RecordBatch } from '@samsa/protocol'
import type { LogSettings } from '../log-settings.ts'

/** Who appends: a client, whose batch is not trusted, or a coordinator of this broker. */
export type AppendOrigin = 'client' | 'coordinator'

/** Refuses what a leader may not take. Throws a `KafkaError`; `nowMs` is the wall clock. */
export function checkLeaderBatches(
  records: Buffer,
  settings: LogSettings,
  origin: AppendOrigin,
  nowMs: number,
): void {
  const walk = new BatchWalk(records)
  let count = 0
  while (walk.next()) {
    count += 1
    if (walk.magic !== 2) {
      throw new KafkaError('UNSUPPORTED_FOR_MESSAGE_FORMAT', `Magic ${walk.magic} is not taken.`)
    }
    checkBatch(walk.batch, settings, origin, nowMs)
  }
  if (walk.fault !== undefined) throw new KafkaError(walk.fault.error, walk.fault.message)
  if (walk.isCut) throw new KafkaError('CORRUPT_MESSAGE', 'The last batch is cut off.')
  if (count === 0) throw new KafkaError('INVALID_RECORD', 'There is no record batch.')
  if (count > 1 && origin === 'client') {
    throw new KafkaError('INVALID_RECORD', `There are ${count} record batches instead of one.`)
  }
}

function checkBatch(
  batch: RecordBatch,
  settings: LogSettings,
  origin: AppendOrigin,
  nowMs: number,
): void {
  const maxBytes = settings['max.message.bytes']
  if (batch.sizeInBytes > maxBytes) {
    const message = `The batch has ${batch.sizeInBytes} bytes, at most ${maxBytes} are allowed.`
    throw new KafkaError('MESSAGE_TOO_LARGE', message)
  }
  if (!batch.verifyChecksum()) {
    throw new KafkaError('CORRUPT_MESSAGE', `The batch's checksum is not ${batch.crc}.`)
  }
  if (origin !== 'client') return
  if (batch.recordCount <= 0 || batch.recordCount !== batch.lastOffsetDelta + 1) {
    const message = `${batch.recordCount} records cannot span ${batch.lastOffsetDelta + 1} offsets.`
    throw new KafkaError('INVALID_RECORD', message)
  }
  if (batch.isControl) {
    throw new KafkaError('INVALID_RECORD', 'Clients may not write control batches.')
  }
  if (batch.hasProducerId && batch.baseSequence < 0) {
    throw new KafkaError('INVALID_RECORD', `Sequence ${batch.baseSequence} is negative.`)
  }
  if (settings['message.timestamp.type'] === 'CreateTime') {
    checkTimestamp(batch.maxTimestamp, settings, nowMs)
  }
}

function checkTimestamp(timestamp: number, settings: LogSettings, nowMs: number): void {
  if (timestamp < 0) return
  if (
    nowMs - timestamp <= settings['message.timestamp.before.max.ms'] &&
    timestamp - nowMs <= settings['message.timestamp.after.max.ms']
  ) {
    return
  }
  throw new KafkaError('INVALID_TIMESTAMP', `Timestamp ${timestamp} is too far from now, ${nowMs}.`)
}
