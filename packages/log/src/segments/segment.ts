// One segment: a `.log` file of record batches in order of offsets, and what is known about it. The data is on disk; the
// indexes are in memory while the segment grows, are written when it is sealed, and are read back when they are needed.
//
// Invariant: `sizeInBytes` and `nextOffset` describe the batches noted so far, in order; the file holds at least those
// whose write completed.

import type { RecordBatch } from '@samsa/protocol'
import { MAX_RELATIVE_OFFSET, OffsetIndex } from '../indexes/offset-index.ts'
import { TimeIndex, type TimestampOffset } from '../indexes/time-index.ts'
import type { AbortedTransaction } from '../indexes/transaction-index.ts'
import { segmentFileName, type SegmentFileKind, type SegmentFileSuffix } from './file-names.ts'
import type { LazyFile } from './open-files.ts'

/** The indexes of a segment. */
export interface SegmentIndexes {
  readonly offsets: OffsetIndex
  readonly times: TimeIndex
  aborted: AbortedTransaction[]
}

/** Empty indexes for a segment that begins at `baseOffset`. */
export function newIndexes(baseOffset: number): SegmentIndexes {
  return { offsets: new OffsetIndex(baseOffset), times: new TimeIndex(baseOffset), aborted: [] }
}

/** Readers of one segment whose place is remembered. */
const READERS = 4

/** A segment of one log. */
export class Segment {
  readonly baseOffset: number
  readonly file: LazyFile
  /** Of the batches noted, written or not. */
  sizeInBytes = 0
  /** The offset after the last batch noted. */
  nextOffset: number
  /** `undefined` while they are on disk only. */
  indexes: SegmentIndexes | undefined
  /** Of a sealed segment's transaction index, kept when the other indexes go; usually empty. */
  knownAborted: readonly AbortedTransaction[] | undefined
  /** Largest timestamp and the last offset of the batch that has it; `undefined` until it is known. */
  largest: TimestampOffset | undefined
  /** Largest timestamp of the first batch: rolling by time counts from it. -1 without one. */
  firstTimestamp = -1
  /** Wall-clock time of the last append, for segments without timestamps. */
  modifiedMs: number
  /** Wall-clock time when this broker created or opened it. */
  readonly createdMs: number
  /** Random share of `segment.jitter.ms` by which this segment rolls earlier. */
  jitterMs = 0
  /** Bytes whose write completed. */
  writtenBytes = 0
  /** Bytes of the file that are known to be on the medium. */
  syncedBytes = 0
  /** The last sync of the file while it is under way. */
  syncing: Promise<void> | undefined
  /** Whether the file must be created, empty, by the first write. */
  isFresh = false
  /** Whether the file's name is known to be on the medium. */
  isNameSynced = false
  /** Whether `.index`, `.timeindex` and `.txnindex` on disk are those in memory. */
  isSealed = false
  /** How often batches were cut off; what was read before the last time is not to be trusted. */
  cuts = 0
  #bytesSinceIndexEntry = 0
  /** Where the last reads from disk ended, newest last. */
  #endsOfReads: readonly { readonly offset: number; readonly position: number }[] = []
  #directory: string

  constructor(directory: string, baseOffset: number, nowMs: number) {
    this.#directory = directory
    this.baseOffset = baseOffset
    this.nextOffset = baseOffset
    this.createdMs = nowMs
    this.modifiedMs = nowMs
    this.file = { path: this.path('log'), users: 0, file: undefined, opened: undefined }
  }

  path(kind: SegmentFileKind, suffix: SegmentFileSuffix = ''): string {
    return `${this.#directory}/${segmentFileName(this.baseOffset, kind, suffix)}`
  }

  /** The partition's directory was renamed. */
  moveTo(directory: string): void {
    this.#directory = directory
    this.file.path = this.path('log')
  }

  /** The same place without any batches: for noting them again. */
  emptyCopy(): Segment {
    return new Segment(this.#directory, this.baseOffset, this.createdMs)
  }

  /** Whether `offset` can be expressed relative to the base offset. */
  canHold(offset: number): boolean {
    return offset - this.baseOffset <= MAX_RELATIVE_OFFSET
  }

  /** Takes the next batch of the segment into account; it lies at `sizeInBytes`. */
  note(batch: RecordBatch, indexIntervalBytes: number, indexes: SegmentIndexes): void {
    const { lastOffset, maxTimestamp, sizeInBytes } = batch
    if (this.sizeInBytes === 0) this.firstTimestamp = maxTimestamp
    if (this.largest === undefined || maxTimestamp > this.largest.timestamp) {
      this.largest = { timestamp: maxTimestamp, offset: lastOffset }
    }
    if (this.#bytesSinceIndexEntry > indexIntervalBytes) {
      indexes.offsets.append(lastOffset, this.sizeInBytes)
      indexes.times.append(this.largest.timestamp, this.largest.offset)
      this.#bytesSinceIndexEntry = 0
    }
    this.#bytesSinceIndexEntry += sizeInBytes
    this.sizeInBytes += sizeInBytes
    this.nextOffset = lastOffset + 1
  }

  /** Forgets the batches from `offset` on, the first of which lies at `position`. */
  truncate(offset: number, position: number, indexes: SegmentIndexes): void {
    this.cuts += 1
    this.#endsOfReads = []
    this.sizeInBytes = position
    this.nextOffset = offset
    indexes.offsets.truncate(offset)
    indexes.times.truncate(offset)
    indexes.aborted = indexes.aborted.filter((each) => each.lastOffset < offset)
    this.#bytesSinceIndexEntry = position - indexes.offsets.lastPosition
    if (position === 0) this.firstTimestamp = -1
    this.largest = undefined
    this.isSealed = false
    this.knownAborted = undefined
    this.writtenBytes = Math.min(this.writtenBytes, position)
    this.syncedBytes = Math.min(this.syncedBytes, position)
  }

  /** The position of the batch at `offset` if a read ended before it: then somebody reads on. */
  endOfRead(offset: number): number | undefined {
    return this.#endsOfReads.find((each) => each.offset === offset)?.position
  }

  /** A read that began at `offset` ended before the batch at `nextOffset`, which lies at `position`. */
  noteEndOfRead(offset: number, nextOffset: number, position: number): void {
    const others = this.#endsOfReads.filter((each) => each.offset !== offset)
    this.#endsOfReads = [...others.slice(-READERS + 1), { offset: nextOffset, position }]
  }

  /** The scan or the index files say how far the index reaches; appends go on from there. */
  resumeIndexing(indexes: SegmentIndexes): void {
    this.#bytesSinceIndexEntry = this.sizeInBytes - indexes.offsets.lastPosition
  }

  /** The age of the newest record, as far as its timestamps tell. */
  get newestTimestamp(): number {
    const largest = this.largest
    return largest === undefined || largest.timestamp < 0 ? this.modifiedMs : largest.timestamp
  }
}
