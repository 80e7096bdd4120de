// What `expected.json` of a golden segment folder says Kafka's own readers find, and whether ours find the same.

import { dumpFile, type DumpedBatch, type DumpedFile } from '@samsa/log'
import type { Disk } from '@samsa/world'

/** One batch as Kafka's reader sees it. */
export interface ExpectedBatch {
  readonly position: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly records?: readonly ExpectedRecord[]
  readonly [field: string]: unknown
}

interface ExpectedRecord {
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly value: string | null
  readonly headers?: readonly (readonly [key: string, value: string | null])[]
}

/** One file of a golden folder. */
export interface ExpectedFile {
  readonly size: number
  readonly batches?: readonly ExpectedBatch[]
  readonly validBytes?: number
  readonly entries?: readonly (readonly [number, number])[]
  readonly aborted?: readonly unknown[]
  readonly producers?: readonly unknown[]
  readonly text?: string
}

/** The whole `expected.json`. */
export interface ExpectedCase {
  readonly files: Readonly<Record<string, ExpectedFile>>
}

/** Reads a file with our readers; returns what differs from Kafka's, one sentence each. */
export async function compareFile(
  disk: Disk,
  path: string,
  expected: ExpectedFile,
): Promise<string[]> {
  const dumped = await dumpFile(disk, path, { deep: true })
  if (dumped === undefined) return [`${path} is missing`]
  const differences: string[] = []
  const same = (what: string, ours: unknown, theirs: unknown): void => {
    const [left, right] = [JSON.stringify(ours), JSON.stringify(theirs)]
    if (left !== right) differences.push(`${what} is ${left}, not ${right}`)
  }
  switch (dumped.kind) {
    case 'log':
      same('validBytes', dumped.validBytes, expected.validBytes)
      same('the number of batches', dumped.batches.length, expected.batches?.length)
      for (const [i, batch] of (expected.batches ?? []).entries()) {
        const ours = dumped.batches[i]
        if (ours !== undefined) same(`batch ${i}`, ourBatch(ours, batch), plain(batch))
      }
      break
    case 'index':
    case 'timeindex':
      same('entries', dumped.entries, expected.entries)
      if (dumped.problems.length > 0) differences.push(...dumped.problems)
      break
    case 'txnindex':
      same('aborted', dumped.aborted, expected.aborted)
      break
    case 'snapshot':
      same('producers', ourProducers(dumped), expected.producers)
      break
    default:
      if (dumped.problems.length > 0) differences.push(...dumped.problems)
  }
  return differences.map((difference) => `${path}: ${difference}`)
}

/** Without what a coordinator reads out of its records. */
function plain(batch: ExpectedBatch): ExpectedBatch {
  const records = batch.records?.map(({ offset, timestamp, key, value, headers }) => ({
    offset,
    timestamp,
    key,
    value,
    ...(headers === undefined ? {} : { headers }),
  }))
  return records === undefined ? batch : { ...batch, records }
}

/** Our view of a batch in the words and the order of the expectation. */
function ourBatch(batch: DumpedBatch, expected: ExpectedBatch): Record<string, unknown> {
  const ours: Record<string, unknown> = {
    ...batch,
    transactional: batch.isTransactional,
    control: batch.isControl,
    count: batch.recordCount,
    lastOffsetDelta: batch.lastOffset - batch.baseOffset,
    timestampType: batch.timestampType === 'CreateTime' ? 'create' : 'append',
    records: batch.records?.map((record) => ({
      offset: record.offset,
      timestamp: record.timestamp,
      key: record.key?.toString('hex') ?? null,
      value: record.value?.toString('hex') ?? null,
      ...(record.headers.length === 0
        ? {}
        : {
            headers: record.headers.map(({ key, value }) => [key, value?.toString('hex') ?? null]),
          }),
    })),
  }
  return Object.fromEntries(Object.keys(expected).map((field) => [field, ours[field]]))
}

function ourProducers(dumped: Extract<DumpedFile, { kind: 'snapshot' }>): unknown[] {
  return dumped.producers.map((producer) => ({
    producerId: producer.producerId,
    producerEpoch: producer.producerEpoch,
    coordinatorEpoch: producer.coordinatorEpoch,
    lastTimestamp: producer.lastTimestamp,
    ...(producer.transactionStartOffset < 0
      ? {}
      : { currentTxnFirstOffset: producer.transactionStartOffset }),
    batches: producer.batches.map((batch) => ({
      firstSeq: batch.lastSequence - batch.offsetDelta,
      lastSeq: batch.lastSequence,
      firstOffset: batch.lastOffset - batch.offsetDelta,
      lastOffset: batch.lastOffset,
      timestamp: batch.timestamp,
    })),
  }))
}
