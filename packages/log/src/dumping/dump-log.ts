// Reading a `.log` file for people: every batch with its header, its records if wanted, and in words what is wrong.

import { readRecords, type RecordBatch, type StoredRecord } from '@samsa/protocol'
import type { DiskFile } from '@samsa/world'
import { scanSegment } from '../segments/segment-scan.ts'

/** One batch as it stands in the file. */
export interface DumpedBatch {
  readonly position: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly sizeInBytes: number
  readonly magic: number
  readonly partitionLeaderEpoch: number
  readonly crc: number
  readonly isValid: boolean
  readonly attributes: number
  readonly compression: string
  readonly timestampType: string
  readonly isTransactional: boolean
  readonly isControl: boolean
  /** Only where compaction has set one. */
  readonly deleteHorizonMs?: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastSequence: number
  readonly recordCount: number
  readonly records?: readonly StoredRecord[]
}

/** What a `.log` file holds. */
export interface DumpedLog {
  readonly batches: readonly DumpedBatch[]
  /** Bytes of whole batches. */
  readonly validBytes: number
  readonly sizeInBytes: number
  /** In words. */
  readonly problems: readonly string[]
}

/** Reads the whole file; `deep` unpacks the records too. */
export async function dumpLog(
  file: DiskFile,
  options: { readonly baseOffset: number; readonly deep: boolean },
): Promise<DumpedLog> {
  const sizeInBytes = await file.size()
  const batches: DumpedBatch[] = []
  const problems: string[] = []
  let expected = options.baseOffset
  const end = await scanSegment(file, { start: 0, end: sizeInBytes }, (batch, position) => {
    const dumped = dumpBatch(batch, position, options.deep, problems)
    if (!dumped.isValid) problems.push(`The batch at byte ${position} has a wrong checksum.`)
    if (dumped.baseOffset < expected) {
      const text = `The batch at byte ${position} begins at offset ${dumped.baseOffset}`
      problems.push(`${text}, which should be at least ${expected}.`)
    }
    expected = dumped.lastOffset + 1
    batches.push(dumped)
    return 'continue'
  })
  if (end.damage !== undefined) {
    const lost = sizeInBytes - end.position
    problems.push(`At byte ${end.position}: ${end.damage}; ${lost} bytes from there are no batch.`)
  }
  return { batches, validBytes: end.position, sizeInBytes, problems }
}

function dumpBatch(
  batch: RecordBatch,
  position: number,
  deep: boolean,
  problems: string[],
): DumpedBatch {
  const isValid = batch.verifyChecksum()
  let records: readonly StoredRecord[] | undefined
  if (deep && isValid) {
    const read = readRecords(batch)
    // The bytes are the scan's and will be overwritten.
    records = read.records.map((record) => ({
      ...record,
      key: record.key && Buffer.from(record.key),
      value: record.value && Buffer.from(record.value),
      headers: record.headers.map(({ key, value }) => ({
        key,
        value: value && Buffer.from(value),
      })),
    }))
    if (read.fault !== undefined) {
      problems.push(`In the batch at byte ${position}: ${read.fault.message}`)
    }
  }
  return {
    position,
    baseOffset: batch.baseOffset,
    lastOffset: batch.lastOffset,
    sizeInBytes: batch.sizeInBytes,
    magic: batch.magic,
    partitionLeaderEpoch: batch.partitionLeaderEpoch,
    crc: batch.crc,
    isValid,
    attributes: batch.attributes,
    compression: batch.compression ?? 'unknown',
    timestampType: batch.timestampType,
    isTransactional: batch.isTransactional,
    isControl: batch.isControl,
    ...(batch.hasDeleteHorizon ? { deleteHorizonMs: batch.baseTimestamp } : {}),
    baseTimestamp: batch.baseTimestamp,
    maxTimestamp: batch.maxTimestamp,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    lastSequence: batch.lastSequence,
    recordCount: batch.recordCount,
    ...(records === undefined ? {} : { records }),
  }
}
