// Reading batches of one segment: from a window that was read ahead where a reader goes on from its last batch, else by
// a positional read into a pooled buffer, beginning where the index says.

import { KafkaError } from '@samsa/protocol'
import type { LogState } from '../log-state.ts'
import type { Segment } from '../segments/segment.ts'
import { indexesOf } from '../segments/segment-indexes.ts'
import { type BatchLimits, type Found, findBatches } from './find-batches.ts'
import { ReadBuffers } from './read-buffers.ts'
import { emptyRead, type ReadResult } from './read-result.ts'

/** Whole batches from the one that holds `offset`; `undefined` when the segment has nothing at or behind it. */
export async function readSegment(
  log: LogState,
  segment: Segment,
  offset: number,
  limits: BatchLimits,
): Promise<ReadResult | undefined> {
  const known = segment.endOfRead(offset)
  if (known === undefined) {
    const indexes = await indexesOf(log, segment)
    return await readPositioned(
      log,
      segment,
      { offset, position: indexes.offsets.lookup(offset) },
      limits,
    )
  }
  const from = { offset, position: known }
  return (
    (await readAhead(log, segment, from, limits)) ??
    (await readPositioned(log, segment, from, limits))
  )
}

/** An offset, and where in the file the search for it begins. */
interface ReadFrom {
  readonly offset: number
  readonly position: number
}

/** From a window; `undefined` when there is none or it has no whole batch. */
async function readAhead(
  log: LogState,
  segment: Segment,
  { offset, position }: ReadFrom,
  limits: BatchLimits,
): Promise<ReadResult | undefined> {
  const ahead = log.host.readAhead
  const readBytes = Math.max(limits.maxBytes, 1)
  const window = ahead.find(segment, position) ?? ahead.begin(segment, position, readBytes)
  if (window === undefined) return undefined
  ahead.hold(window)
  const windowEnd = window.start + window.length
  if (window.isWhole && windowEnd - position <= readBytes) {
    // This read takes the rest of the window: the next one is prepared before this one is there.
    if (ahead.find(segment, windowEnd) === undefined) ahead.begin(segment, windowEnd, readBytes)
  }
  await window.ready
  const from = position - window.start
  let found: Found
  try {
    found = findBatches(window.buffer, { from, available: window.available }, offset, limits)
  } catch (error) {
    ahead.release(window)
    throw error
  }
  if (found.kind !== 'found') {
    ahead.release(window)
    return found.kind === 'none' ? emptyRead(offset) : undefined
  }
  const { start, end, baseOffset, nextOffset } = found
  const endPosition = window.start + end
  segment.noteEndOfRead(offset, nextOffset, endPosition)
  if (endPosition === windowEnd) ahead.drop(window)
  else if (!window.isWhole && window.available - end < readBytes) {
    // What is left is too little for the next read, which is therefore prepared now.
    if (ahead.begin(segment, endPosition, readBytes) !== undefined) ahead.drop(window)
  }
  return {
    chunks: [window.buffer.subarray(start, end)],
    sizeInBytes: end - start,
    baseOffset,
    nextOffset,
    release: () => ahead.release(window),
  }
}

async function readPositioned(
  log: LogState,
  segment: Segment,
  from: ReadFrom,
  limits: BatchLimits,
): Promise<ReadResult | undefined> {
  const { buffers, files } = log.host
  const { offset } = from
  let { position } = from
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
      found = findBatches(buffer, { from: 0, available }, offset, limits)
      if (found.kind === 'skip' && available < length) {
        throw new KafkaError('KAFKA_STORAGE_ERROR', `${segment.file.path} has become shorter.`)
      }
    } catch (error) {
      buffers.give(buffer)
      throw error
    }
    if (found.kind === 'found') {
      const { start, end, baseOffset, nextOffset } = found
      segment.noteEndOfRead(offset, nextOffset, position + end)
      return {
        chunks: [buffer.subarray(start, end)],
        sizeInBytes: end - start,
        baseOffset,
        nextOffset,
        release: () => buffers.give(buffer),
      }
    }
    buffers.give(buffer)
    if (found.kind === 'none') return emptyRead(offset)
    // All of it lies before the offset, or the first batch does not fit: read on, or more.
    position += found.skipBytes
    wanted = Math.max(wanted, found.needBytes)
  }
}
