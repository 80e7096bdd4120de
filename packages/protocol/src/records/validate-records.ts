/**
 * Which records of a client's batch are at fault and why: the slow half of `validate.ts`, walked
 * only after the fast half has found that there are some.
 */

import type { ClientBatchFault, ClientBatchRules } from './validate.ts'
import type { RecordBatch } from './record-batch.ts'
import { RecordCursor } from './record-cursor.ts'

/** One record at fault; Produce answers with these from version 8 on (KIP-467). */
export interface RecordError {
  /** Which record of the batch, from 0. */
  readonly recordIndex: number
  /** A sentence for people. */
  readonly message: string
}

/** The most record errors that are told one by one. */
const MAX_RECORD_ERRORS = 100

/** The fault of a batch of which some records lack a key or have a timestamp out of range. */
export function rejectRecords(batch: RecordBatch, rules: ClientBatchRules): ClientBatchFault {
  const cursor = new RecordCursor()
  const recordErrors: RecordError[] = []
  let hasTimestampError = false
  cursor.open(batch, rules.maxPayloadBytes)
  while (cursor.next() && recordErrors.length < MAX_RECORD_ERRORS) {
    const recordIndex = cursor.recordIndex
    if (rules.isCompacted === true && cursor.keyLength < 0) {
      recordErrors.push({ recordIndex, message: 'A compacted topic needs keys.' })
    } else if (!isTimestampAllowed(cursor.timestamp, rules)) {
      hasTimestampError = true
      const message = `The timestamp ${cursor.timestamp} is out of range.`
      recordErrors.push({ recordIndex, message })
    }
  }
  return {
    error: hasTimestampError ? 'INVALID_TIMESTAMP' : 'INVALID_RECORD',
    position: batch.position,
    message: `${recordErrors.length} records were rejected. ${recordErrors[0]?.message ?? ''}`,
    recordErrors,
  }
}

/** Whether the header alone shows that compressed records are too new, or are no safe integers. */
export function rejectsHeaderTimestamps(batch: RecordBatch, rules: ClientBatchRules): boolean {
  const { baseTimestamp, maxTimestamp } = batch
  if (!Number.isSafeInteger(baseTimestamp) || !Number.isSafeInteger(maxTimestamp)) return true
  if (batch.compression === 'none' || rules.timestampType === 'LogAppendTime') return false
  return maxTimestamp > rules.nowMs + (rules.timestampAfterMaxMs ?? Infinity)
}

/** Whether a record of this create time may be appended; −1 is none and always may. */
function isTimestampAllowed(timestamp: number, rules: ClientBatchRules): boolean {
  if (rules.timestampType === 'LogAppendTime' || timestamp === -1) return true
  return (
    timestamp >= rules.nowMs - (rules.timestampBeforeMaxMs ?? Infinity) &&
    timestamp <= rules.nowMs + (rules.timestampAfterMaxMs ?? Infinity)
  )
}
