// Reading batches by offset: from the arena when they are recent, from disk when they are not. What is returned are
// whole batches, from the one that holds the offset on.

import { KafkaError } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import { lastStableOffset, type LogState } from '../log-state.ts'
import { abortedTransactions } from './aborted-transactions.ts'
import { emptyRead, type ReadResult } from './read-result.ts'
import { readSegment } from './read-segment.ts'
import { storageError } from './storage-error.ts'

/** How far a read may go. */
export type ReadIsolation = 'log-end' | 'high-watermark' | 'last-stable'

/** How much to read. */
export interface ReadLimits {
  readonly maxBytes: number
  /** Whether the first batch is returned even if it is larger than `maxBytes`. */
  readonly minOneBatch: boolean
}

/** Batches from the one that holds `offset`: a value when they are in memory, a promise when the disk is needed. */
export function readLog(
  log: LogState,
  offset: number,
  limits: ReadLimits & { readonly upTo: ReadIsolation },
): ReadResult | Promise<ReadResult> {
  const { logStartOffset, logEndOffset, highWatermark } = log
  if (offset < logStartOffset || offset > logEndOffset) {
    throw new KafkaError(
      'OFFSET_OUT_OF_RANGE',
      `Offset ${offset} is not between ${logStartOffset} and ${logEndOffset}.`,
    )
  }
  const { upTo } = limits
  const endOffset =
    upTo === 'log-end'
      ? logEndOffset
      : upTo === 'high-watermark'
        ? highWatermark
        : lastStableOffset(log)
  if (offset >= endOffset) {
    const empty = emptyRead(offset)
    return upTo === 'last-stable' ? { ...empty, abortedTransactions: [] } : empty
  }
  const result =
    readTail(log, offset, endOffset, limits) ??
    readDisk(log, offset, endOffset, limits).catch(storageError)
  if (upTo !== 'last-stable') return result
  return result instanceof Promise
    ? result.then((read) => withAborted(log, offset, read))
    : withAborted(log, offset, result)
}

/** Batches of `[offset, endOffset)` that are in memory; `undefined` when the first one is not. */
function readTail(
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
async function readDisk(
  log: LogState,
  offset: number,
  endOffset: number,
  limits: ReadLimits,
): Promise<ReadResult> {
  for (let i = log.segments.indexOf(offset); i < log.segments.count; i += 1) {
    const segment = log.segments.at(i)
    if (segment === undefined || segment.baseOffset >= endOffset) break
    try {
      const { maxBytes, minOneBatch } = limits
      const result = await readSegment(log, segment, offset, { maxBytes, minOneBatch, endOffset })
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

function withAborted(
  log: LogState,
  offset: number,
  result: ReadResult,
): ReadResult | Promise<ReadResult> {
  const aborted = abortedTransactions(log, offset, result.nextOffset)
  if (!(aborted instanceof Promise)) return { ...result, abortedTransactions: aborted }
  return aborted.then(
    (found) => ({ ...result, abortedTransactions: found }),
    (error: unknown) => {
      result.release()
      return storageError(error)
    },
  )
}
