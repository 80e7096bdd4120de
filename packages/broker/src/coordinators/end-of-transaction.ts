// The control batch that ends a producer's transaction in one partition.
//
//   key    int16 version 0 | int16 type (0 abort, 1 commit)
//   value  int16 version 0 | int32 epoch of the transaction coordinator

import { BatchBuilder } from '@samsa/protocol'

/** Which transaction ends, and how. */
export interface TransactionMarker {
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
  readonly isCommit: boolean
}

/** The marker's batch, in memory of its own. The timestamp is set by the log's clock, not here. */
export function endOfTransactionMarker(marker: TransactionMarker, nowMs: number): Buffer {
  const key = Buffer.alloc(4)
  key.writeInt16BE(marker.isCommit ? 1 : 0, 2)
  const value = Buffer.alloc(6)
  value.writeInt32BE(marker.coordinatorEpoch, 2)
  const { producerId, producerEpoch } = marker
  const builder = new BatchBuilder(256)
  builder.append(nowMs, key, value)
  return builder.build({ producerId, producerEpoch, isTransactional: true, isControl: true })
}
