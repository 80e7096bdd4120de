/**
 * Records as objects, for tools and tests and for whoever has few of them. The hot paths use
 * `RecordCursor`.
 */

import type { RecordHeader } from './batch-builder.ts'
import type { BatchFault } from './batch-fault.ts'
import type { RecordBatch } from './record-batch.ts'
import { RecordCursor } from './record-cursor.ts'

/** One record as it stands in a log. */
export interface StoredRecord {
  readonly offset: number
  /** Milliseconds since 1970, −1 if it has none. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly RecordHeader[]
}

/** The records up to the first fault, and the fault if there is one. */
export interface ReadRecords {
  readonly records: readonly StoredRecord[]
  readonly fault: BatchFault | undefined
}

/**
 * Reads all records of a batch of magic 2, unpacking at most `maxPayloadBytes`. The checksum is not
 * verified. Keys and values are slices of the batch, or of its unpacked payload.
 */
export function readRecords(batch: RecordBatch, maxPayloadBytes?: number): ReadRecords {
  const cursor = new RecordCursor()
  const records: StoredRecord[] = []
  cursor.open(batch, maxPayloadBytes)
  while (cursor.next()) {
    records.push({
      offset: cursor.offset,
      timestamp: cursor.timestamp,
      key: cursor.key(),
      value: cursor.value(),
      headers: cursor.headers(),
    })
  }
  return { records, fault: cursor.fault }
}
