// A transaction marker: the one record of a control batch. Its key says what it is (int16 version, int16 type: 0 abort,
// 1 commit), its value who says so (int16 version, int32 coordinator epoch).

import type { RecordBatch } from '@samsa/protocol'

/** How a transaction ended, and the epoch of the coordinator that ended it. */
export interface TransactionMarker {
  readonly isAbort: boolean
  readonly coordinatorEpoch: number
}

/**
 * The marker in a control batch; `undefined` for other control records, for an empty batch that compaction left
 * behind and for bytes that are no marker.
 */
export function readTransactionMarker(batch: RecordBatch): TransactionMarker | undefined {
  if (!batch.isControl || batch.recordCount < 1) return undefined
  const payload = batch.payload()
  // Record: length, attributes, timestamp delta, offset delta, key length, key, value length, value.
  let at = afterVarint(payload, 0)
  at = afterVarint(payload, at + 1)
  at = afterVarint(payload, at)
  const key = afterVarint(payload, at)
  const value = afterVarint(payload, key + 4)
  if (payload.length < value + 6) return undefined
  const type = payload.readInt16BE(key + 2)
  if (type !== 0 && type !== 1) return undefined
  return { isAbort: type === 0, coordinatorEpoch: payload.readInt32BE(value + 2) }
}

/** The place behind the varint at `at`; beyond the end when the bytes do not hold one. */
function afterVarint(bytes: Buffer, at: number): number {
  let end = at
  while (end < bytes.length && ((bytes[end] ?? 0) & 0x80) !== 0) end += 1
  return end + 1
}
