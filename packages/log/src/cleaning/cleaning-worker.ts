// The two heavy steps of compaction, run in a worker thread: reading the dirty part of a log into the offset map, and
// writing a group of segments again without what the map says is superseded. They touch nothing but files: the sources
// are only read, the output ends in `.cleaned` and counts only when the log swaps it in.

import { RecordBatch, RecordCursor } from '@samsa/protocol'
import type { Disk, DiskFile, Task } from '@samsa/world'
import { formatTransactionIndex } from '../indexes/transaction-index.ts'
import type { TimestampOffset } from '../indexes/time-index.ts'
import { newIndexes, Segment } from '../segments/segment.ts'
import { scanSegment } from '../segments/segment-scan.ts'
import { BatchCleaner, type LastOfProducer } from './clean-batch.ts'
import { CleanedTransactions, type TransactionProgress } from './cleaned-transactions.ts'
import { OffsetMap } from './offset-map.ts'

const WRITE_BYTES = 1 << 20

/** A segment as the worker needs to know it. */
export interface SourceSegment {
  readonly path: string
  readonly baseOffset: number
  readonly sizeInBytes: number
  /** The base offset of the segment behind it, or the end of the range that may be cleaned. */
  readonly endOffset: number
}

/** What to read into the map. */
export interface MapInput {
  readonly memory: SharedArrayBuffer
  readonly segment: SourceSegment
  /** Records before it are clean. */
  readonly startOffset: number
  /** Where in the segment to begin. */
  readonly startPosition: number
  readonly transactions: TransactionProgress
}

/** What came of it. */
export interface MapOutput {
  /** No more keys fit; `latestOffset` of the map says how far it got. */
  readonly isFull: boolean
  readonly transactions: TransactionProgress
  readonly damage?: string
}

/** Reads one segment into the offset map. */
export const mapTask: Task<MapInput, MapOutput> = { module: import.meta.url, name: 'readIntoMap' }

export async function readIntoMap(input: MapInput, disk: Disk): Promise<MapOutput> {
  const map = OffsetMap.over(input.memory)
  const transactions = new CleanedTransactions(input.transactions)
  const cursor = new RecordCursor()
  let isFull = false
  const end = await scanFile(disk, input.segment, input.startPosition, (batch) => {
    const isAborted = transactions.passes(batch)
    if (!batch.isControl && !isAborted) {
      const failed = cursor.open(batch)
      if (failed !== undefined) return { damage: failed.message }
      while (cursor.next()) {
        if (cursor.keyLength < 0 || cursor.offset < input.startOffset) continue
        isFull = !map.put(cursor.bytes, cursor.keyPosition, cursor.keyLength, cursor.offset)
        if (isFull) return { damage: 'the map is full' }
      }
      if (cursor.fault !== undefined) return { damage: cursor.fault.message }
    }
    if (batch.lastOffset >= input.startOffset) map.latestOffset = batch.lastOffset
    return 'continue'
  })
  const { progress } = transactions
  if (isFull) return { isFull, transactions: progress }
  if (end.damage !== undefined) {
    return { isFull, transactions: progress, damage: damageText(input.segment, end) }
  }
  map.latestOffset = Math.max(map.latestOffset, input.segment.endOffset - 1)
  return { isFull, transactions: progress }
}

/** What to write again. */
export interface CleanInput {
  readonly memory: SharedArrayBuffer
  /** The partition's directory, where the output goes. */
  readonly directory: string
  /** Segments that follow each other and become one. */
  readonly segments: readonly SourceSegment[]
  readonly transactions: TransactionProgress
  readonly producers: readonly LastOfProducer[]
  readonly endOffset: number
  readonly nowMs: number
  readonly deleteRetentionMs: number
  readonly indexIntervalBytes: number
}

/** The output, complete and on the medium under names that end in `.cleaned`. */
export interface CleanOutput {
  readonly sizeInBytes: number
  /** The offset after the last batch; the base offset when nothing is left. */
  readonly nextOffset: number
  readonly largest: TimestampOffset | undefined
  readonly firstTimestamp: number
  readonly hasTransactionIndex: boolean
  readonly transactions: TransactionProgress
  readonly damage?: string
}

/** Writes a group of segments again, as one. */
export const cleanTask: Task<CleanInput, CleanOutput> = {
  module: import.meta.url,
  name: 'cleanGroup',
}

export async function cleanGroup(input: CleanInput, disk: Disk): Promise<CleanOutput> {
  const baseOffset = input.segments[0]?.baseOffset ?? 0
  const output = new Segment(input.directory, baseOffset, input.nowMs)
  const indexes = newIndexes(baseOffset)
  const transactions = new CleanedTransactions(input.transactions)
  const cleaner = new BatchCleaner({
    map: OffsetMap.over(input.memory),
    transactions,
    producers: new Map(input.producers.map((each) => [each.producerId, each])),
    endOffset: input.endOffset,
    nowMs: input.nowMs,
    deleteRetentionMs: input.deleteRetentionMs,
  })
  const writer = new BufferedWriter(await disk.open(output.path('log', '.cleaned'), 'truncate'))
  const view = new RecordBatch(Buffer.alloc(0))
  let damage: string | undefined
  try {
    for (const segment of input.segments) {
      const end = await scanFile(
        disk,
        segment,
        0,
        (batch) => {
          const cleaned = cleaner.clean(batch)
          if (cleaned === undefined) return 'continue'
          if (!Buffer.isBuffer(cleaned)) return cleaned
          output.note(view.over(cleaned, 0), input.indexIntervalBytes, indexes)
          writer.add(cleaned)
          return 'continue'
        },
        () => writer.flush(),
      )
      if (end.damage === undefined) continue
      damage = damageText(segment, end)
      break
    }
    await writer.finish()
  } finally {
    await writer.close()
  }
  const { largest } = output
  if (largest !== undefined) indexes.times.append(largest.timestamp, largest.offset)
  await writeSynced(disk, output.path('index', '.cleaned'), indexes.offsets.toBytes())
  await writeSynced(disk, output.path('timeindex', '.cleaned'), indexes.times.toBytes())
  const { retained } = transactions
  if (retained.length > 0) {
    const path = output.path('txnindex', '.cleaned')
    await writeSynced(disk, path, formatTransactionIndex(retained))
  }
  return {
    sizeInBytes: output.sizeInBytes,
    nextOffset: output.nextOffset,
    largest,
    firstTimestamp: output.firstTimestamp,
    hasTransactionIndex: retained.length > 0,
    transactions: transactions.progress,
    ...(damage === undefined ? {} : { damage }),
  }
}

async function scanFile(
  disk: Disk,
  segment: SourceSegment,
  start: number,
  visit: (batch: RecordBatch) => 'continue' | { readonly damage: string },
  stepped?: () => Promise<void>,
): Promise<{ readonly position: number; readonly damage?: string }> {
  const file = await disk.open(segment.path, 'read')
  try {
    return await scanSegment(file, { start, end: segment.sizeInBytes }, visit, stepped)
  } finally {
    await file.close()
  }
}

function damageText(
  segment: SourceSegment,
  end: { readonly position: number; readonly damage?: string },
): string {
  return `${segment.path} at byte ${end.position}: ${end.damage}`
}

async function writeSynced(disk: Disk, path: string, bytes: Buffer): Promise<void> {
  const writer = new BufferedWriter(await disk.open(path, 'truncate'))
  try {
    writer.add(bytes)
    await writer.finish()
  } finally {
    await writer.close()
  }
}

/** Collects small pieces into large writes. */
class BufferedWriter {
  readonly #file: DiskFile
  #buffer = Buffer.allocUnsafe(WRITE_BYTES * 2)
  #used = 0
  #position = 0

  constructor(file: DiskFile) {
    this.#file = file
  }

  /** Copies the bytes; they leave with a later `flush`. */
  add(bytes: Buffer): void {
    if (this.#used + bytes.length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe((this.#used + bytes.length) * 2)
      this.#buffer.copy(larger, 0, 0, this.#used)
      this.#buffer = larger
    }
    bytes.copy(this.#buffer, this.#used)
    this.#used += bytes.length
  }

  async flush(): Promise<void> {
    if (this.#used === 0) return
    await this.#file.write(this.#buffer.subarray(0, this.#used), this.#position)
    this.#position += this.#used
    this.#used = 0
  }

  async finish(): Promise<void> {
    await this.flush()
    await this.#file.sync()
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}
