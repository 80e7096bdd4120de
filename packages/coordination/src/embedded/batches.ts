// The frame of both of the store's files: record batches as in any Kafka log, so that a torn or rotten one is found by
// its CRC-32C and Kafka's own tools can dump them.
//
// Invariant: a record is shown only if its whole batch is there, its checksum fits and its offset is the next one.

import { BatchWalk, RecordCursor } from '@samsa/protocol'

/** Why reading stopped before the end of a file. */
export interface Damage {
  /** Where the batch that is at fault begins, in bytes. */
  readonly position: number
  /** True when the bytes can be what an interrupted write leaves: sectors of it are missing. */
  readonly isTorn: boolean
  /** What is wrong, as the end of a sentence. */
  readonly message: string
}

/** How far a file could be read. */
export interface BatchScan {
  /** Bytes of the whole and valid batches. */
  readonly validBytes: number
  /** Offset that the next record has. */
  readonly nextOffset: number
  readonly damage: Damage | undefined
}

/**
 * Shows the records of `bytes` in order; their offsets count up from `firstOffset`. `onRecord` answers false to a
 * record that makes no sense, which is damage too.
 */
export function scanBatches(
  bytes: Buffer,
  firstOffset: number,
  onRecord: (record: RecordCursor) => boolean,
): BatchScan {
  const walk = new BatchWalk(bytes)
  const cursor = new RecordCursor()
  let nextOffset = firstOffset
  let validBytes = 0
  const stop = (isTorn: boolean, message: string): BatchScan => {
    return { validBytes, nextOffset, damage: { position: validBytes, isTorn, message } }
  }
  while (walk.next()) {
    const { batch, batchPosition } = walk
    if (walk.magic !== 2) return stop(true, `the batch's magic is ${walk.magic}`)
    if (!batch.verifyChecksum()) return stop(true, 'the checksum of the batch is wrong')
    if (batch.baseOffset !== nextOffset) {
      // The checksum does not cover the offset: the sector that holds it may be the one that is missing.
      return stop(true, `the batch begins at ${batch.baseOffset} and not at ${nextOffset}`)
    }
    cursor.open(batch)
    while (cursor.next()) {
      if (cursor.offset !== nextOffset) return stop(false, `record ${nextOffset} is missing`)
      if (!onRecord(cursor)) {
        return stop(false, `record ${nextOffset} makes no sense`)
      }
      nextOffset += 1
    }
    if (cursor.fault !== undefined) return stop(false, `a record is not whole at ${batchPosition}`)
    validBytes = walk.position
  }
  if (walk.fault !== undefined) return stop(true, 'the bytes are not a batch')
  if (walk.isCut) return stop(true, 'the last batch is cut off')
  return { validBytes, nextOffset, damage: undefined }
}

/**
 * Whether, anywhere from `position` on, there is a valid batch of a later offset than `offset`. Then what is damaged
 * before it is no torn tail: something that was written, and perhaps acknowledged, has been lost.
 */
export function hasBatchAfter(bytes: Buffer, position: number, offset: number): boolean {
  const walk = new BatchWalk(bytes)
  for (let start = position; start < bytes.length; start++) {
    if (!walk.restart(bytes, start).next() || walk.magic !== 2) continue
    const { baseOffset, recordCount } = walk.batch
    if (baseOffset > offset && recordCount > 0 && walk.batch.verifyChecksum()) return true
  }
  return false
}
