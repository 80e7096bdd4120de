// Reading batches by offset: from the arena when they are recent, by one positional read into a pooled buffer when they
// are not. What is returned are whole batches, from the one that holds the offset on.

import { BatchWalk, KafkaError } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import type { AbortedTransaction } from '../indexes/transaction-index.ts'
import type { LogState } from '../log-state.ts'
import type { Segment } from '../segments/segment.ts'
import { indexesOf } from '../segments/segment-indexes.ts'
import { ReadBuffers } from './read-buffers.ts'

/** How far a read may go. */
export type ReadIsolation = 'log-end' | 'high-watermark' | 'last-stable'

/** How much to read. */
export interface ReadLimits {
  readonly maxBytes: number
  /** Whether the first batch is returned even if it is larger than `maxBytes`. */
  readonly minOneBatch: boolean
}

/** Whole batches, by reference. The bytes stay valid until `release`. */
export interface ReadResult {
  readonly chunks: readonly Buffer[]
  readonly sizeInBytes: number
  /** Base offset of the first batch; it may lie before the offset that was asked for. -1 without batches. */
  readonly baseOffset: number
  /** The offset after the last batch; what was asked for without batches. */
  readonly nextOffset: number
  /** What a reader of committed records must leave out; only for reads up to the last stable offset. */
  readonly abortedTransactions?: readonly AbortedTransaction[]
  /** The bytes are not needed any more. Call it once. */
  release(): void
}

const nothing = (): void => {}

/** No batches. */
export function emptyRead(offset: number): ReadResult {
  return { chunks: [], sizeInBytes: 0, baseOffset: -1, nextOffset: offset, release: nothing }
}

/** Batches of `[offset, endOffset)` that are in memory; `undefined` when the first one is not. */
export function readTail(
  log: LogState,
  offset: number,
  endOffset: number,
  limits: ReadLimits,
): ReadResult | undefined {
  const slice = log.tail.read(offset, endOffset, limits)
  if (slice === undefined) return undefined
  const { arena } = log.host
  for (const chunk of slice.held) arena.hold(chunk)
  return {
    chunks: slice.chunks,
    sizeInBytes: slice.sizeInBytes,
    baseOffset: slice.baseOffset,
    nextOffset: slice.nextOffset,
    release: () => {
      for (const chunk of slice.held) arena.release(chunk)
    },
  }
}

/** Batches of `[offset, endOffset)` from disk, at most one buffer full of them. */
export async function readDisk(
  log: LogState,
  offset: number,
  endOffset: number,
  limits: ReadLimits,
): Promise<ReadResult> {
  for (let i = log.segments.indexOf(offset); i < log.segments.count; i += 1) {
    const segment = log.segments.at(i)
    if (segment === undefined || segment.baseOffset >= endOffset) break
    try {
      const result = await readSegment(log, segment, offset, { ...limits, endOffset })
      // Compaction may have left nothing at or behind the offset in this segment.
      if (result !== undefined) return result
    } catch (error) {
      // Compaction or retention took the segment's files away before they were opened: look again.
      const isGone = error instanceof WorldError && error.kind === 'not-found'
      if (!isGone || log.segments.all.includes(segment)) throw error
      i = log.segments.indexOf(offset) - 1
    }
  }
  return emptyRead(offset)
}

interface SegmentRead extends ReadLimits {
  readonly endOffset: number
}

/** `undefined` when the segment has nothing at or behind the offset. */
async function readSegment(
  log: LogState,
  segment: Segment,
  offset: number,
  limits: SegmentRead,
): Promise<ReadResult | undefined> {
  const { buffers, files } = log.host
  const indexes = await indexesOf(log, segment)
  let position = indexes.offsets.lookup(offset)
  const slackBytes = log.settings['index.interval.bytes']
  let wanted = Math.min(Math.max(limits.maxBytes, 0) + slackBytes, ReadBuffers.bytes)
  for (;;) {
    const length = Math.min(Math.max(wanted, 4096), segment.writtenBytes - position)
    if (length <= 0) return undefined
    const buffer = buffers.take(length)
    let found: Found
    try {
      const at = position
      const available = await files.use(segment.file, 'update', (file) =>
        file.read(buffer.subarray(0, length), at),
      )
      found = findBatches(buffer, available, offset, limits)
      if (found.kind === 'skip' && available < length) {
        throw new KafkaError('KAFKA_STORAGE_ERROR', `${segment.file.path} has become shorter.`)
      }
    } catch (error) {
      buffers.give(buffer)
      throw error
    }
    if (found.kind === 'found') return resultOf(buffers, buffer, found)
    buffers.give(buffer)
    if (found.kind === 'none') return emptyRead(offset)
    // All of it lies before the offset, or the first batch does not fit: read on, or more.
    position += found.skipBytes
    wanted = Math.max(wanted, found.needBytes)
  }
}

type Found =
  | {
      readonly kind: 'found'
      readonly start: number
      readonly end: number
      readonly baseOffset: number
      readonly nextOffset: number
    }
  /** Nothing to return: beyond the end offset, or larger than allowed. */
  | { readonly kind: 'none' }
  | { readonly kind: 'skip'; readonly skipBytes: number; readonly needBytes: number }

/** The batches to return from what was read. */
function findBatches(
  buffer: Buffer,
  available: number,
  offset: number,
  limits: SegmentRead,
): Found {
  const walk = new BatchWalk(buffer, 0, available)
  let start = -1
  let end = 0
  let baseOffset = -1
  let nextOffset = offset
  while (walk.next()) {
    const { batch } = walk
    const next = batch.nextOffset
    if (start < 0) {
      if (next <= offset) continue
      start = walk.batchPosition
      baseOffset = batch.baseOffset
    }
    if (next > limits.endOffset) break
    if (walk.position - start > limits.maxBytes && (end > 0 || !limits.minOneBatch)) break
    end = walk.position
    nextOffset = next
  }
  if (end > 0) return { kind: 'found', start, end, baseOffset, nextOffset }
  if (start >= 0) return { kind: 'none' }
  if (walk.fault !== undefined) {
    throw new KafkaError('CORRUPT_MESSAGE', walk.fault.message)
  }
  const rest = available - walk.position
  const needBytes = rest >= 12 ? buffer.readInt32BE(walk.position + 8) + 12 : 0
  if (!limits.minOneBatch && needBytes > limits.maxBytes) return { kind: 'none' }
  return { kind: 'skip', skipBytes: walk.position, needBytes }
}

function resultOf(
  buffers: ReadBuffers,
  buffer: Buffer,
  found: Extract<Found, { kind: 'found' }>,
): ReadResult {
  return {
    chunks: [buffer.subarray(found.start, found.end)],
    sizeInBytes: found.end - found.start,
    baseOffset: found.baseOffset,
    nextOffset: found.nextOffset,
    release: () => buffers.give(buffer),
  }
}
