// DeleteRecords: the records before an offset are gone at once for whoever reads; their segments go with the next
// retention run.

import { KafkaError } from '@samsa/protocol'
import type { LogState } from '../log-state.ts'

/** Moves the log start offset up to `offset` and says whether it moved. Throws OFFSET_OUT_OF_RANGE. */
export function raiseLogStart(log: LogState, offset: number): boolean {
  if (offset > log.highWatermark) {
    const message = `Offset ${offset} is beyond the high watermark ${log.highWatermark}.`
    throw new KafkaError('OFFSET_OUT_OF_RANGE', message)
  }
  if (offset <= log.logStartOffset) return false
  log.logStartOffset = offset
  log.epochs.truncateFromStart(offset)
  return true
}
