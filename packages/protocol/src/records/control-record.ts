/**
 * Control records: what brokers write into logs for each other and for consumers, never clients.
 *
 *   key    int16 version (0), int16 type
 *   value  of a transaction marker: int16 version (0), int32 coordinator epoch
 *
 * Types: 0 abort, 1 commit (the end of a producer's transaction, KIP-98); 2 leader change,
 * 3 snapshot header, 4 snapshot footer, 5 KRaft version, 6 KRaft voters (in metadata logs only).
 *
 * Invariant: a type that is not known is named `unknown` and skipped, as newer brokers may write it.
 */

import { BatchBuilder } from './batch-builder.ts'

const CONTROL_TYPES = [
  'abort',
  'commit',
  'leader-change',
  'snapshot-header',
  'snapshot-footer',
  'kraft-version',
  'kraft-voters',
] as const

/** What a control record says. */
export type ControlType = (typeof CONTROL_TYPES)[number] | 'unknown'

/** The type in a control record's key; `undefined` if the key is none. */
export function controlTypeOf(key: Buffer | null): ControlType | undefined {
  if (key === null || key.length < 4 || key.readInt16BE(0) < 0) return undefined
  return CONTROL_TYPES[key.readInt16BE(2)] ?? 'unknown'
}

/** The coordinator epoch in a transaction marker's value; `undefined` if the value is none. */
export function coordinatorEpochOf(value: Buffer | null): number | undefined {
  if (value === null || value.length < 6 || value.readInt16BE(0) < 0) return undefined
  return value.readInt32BE(2)
}

/** The end of one producer's transaction in one partition. */
export interface TransactionMarker {
  readonly type: 'abort' | 'commit'
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
}

/** The control batch of a transaction marker, ready for the leader to assign its offset. */
export function buildTransactionMarker(marker: TransactionMarker): Buffer {
  const key = Buffer.alloc(4)
  key.writeInt16BE(CONTROL_TYPES.indexOf(marker.type), 2)
  const value = Buffer.alloc(6)
  value.writeInt32BE(marker.coordinatorEpoch, 2)
  const builder = new BatchBuilder(128)
  builder.append(marker.timestamp, key, value)
  return builder.build({
    producerId: marker.producerId,
    producerEpoch: marker.producerEpoch,
    isTransactional: true,
    isControl: true,
  })
}
