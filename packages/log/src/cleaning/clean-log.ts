// Compacting one log: the dirty part is read into the offset map, then groups of segments are written again and swapped
// in one after the other. The heavy steps run in a worker; between them the work may be stopped or slowed down.

import { KafkaError } from '@samsa/protocol'
import type { LogState } from '../log-state.ts'
import { lastDataOffsetOf } from '../producers/producer-entry.ts'
import { abortedTransactions } from '../reads/aborted-transactions.ts'
import type { Segment } from '../segments/segment.ts'
import { indexesOf } from '../segments/segment-indexes.ts'
import { type CleanableRange, cleanableRange, groupSegments } from './cleanable.ts'
import { startOfTransactions, type TransactionProgress } from './cleaned-transactions.ts'
import { type CleanOutput, cleanTask, mapTask, type SourceSegment } from './cleaning-worker.ts'
import { OffsetMap } from './offset-map.ts'
import { swapSegments } from './swap-segments.ts'

/** What a cleaning needs besides the log. */
export interface CleaningContext {
  /** Memory for the offset map. */
  readonly mapBytes: number
  /** Waits as long as reading and writing that many bytes should take. */
  throttle(bytes: number): Promise<void>
  /** Runs alone with respect to truncation, retention and flushing. */
  exclusive<T>(action: () => Promise<T>): Promise<T>
}

/** What a cleaning did. */
export interface CleaningResult {
  /** Everything before it is clean now. */
  readonly cleanedOffset: number
  readonly bytesBefore: number
  readonly bytesAfter: number
}

/** The range of a log that may be cleaned: decided, replicated and flushed records of sealed segments. */
export async function rangeToClean(
  log: LogState,
  lastStableOffset: number,
  cleanedOffset: number,
): Promise<CleanableRange> {
  for (const segment of log.segments.all.slice()) {
    if (segment.largest === undefined && segment.sizeInBytes > 0) await indexesOf(log, segment)
  }
  return cleanableRange(log.segments.all, {
    settings: log.settings,
    logStartOffset: log.logStartOffset,
    stableOffset: Math.min(lastStableOffset, log.recoveryPoint),
    cleanedOffset: cleanedOffset > log.logEndOffset ? 0 : cleanedOffset,
    nowMs: log.host.world.clock.now(),
  })
}

/** Cleans the range of a log. Rejects with a `KafkaError` when it was stopped or a batch is damaged. */
export async function cleanLog(
  log: LogState,
  range: CleanableRange,
  context: CleaningContext,
): Promise<CleaningResult> {
  // A map need not be larger than what it has to hold.
  const mapBytes = Math.min(context.mapBytes, range.dirtyBytes * 4 + (1 << 16))
  const map = OffsetMap.create(mapBytes)
  await readDirty(log, map, range, context)
  const endOffset = map.latestOffset + 1
  if (endOffset <= range.firstDirtyOffset) {
    throw stopped('not even one batch fits the offset map')
  }
  const sources = log.segments.overlapping(0, endOffset)
  const groups = groupSegments(sources, {
    segmentBytes: log.settings['segment.bytes'],
    endOffset: range.firstUncleanableOffset,
  })
  const aborted = await abortedTransactions(log, log.segments.first.baseOffset, endOffset)
  let transactions = startOfTransactions(aborted)
  let bytesBefore = 0
  let bytesAfter = 0
  for (const group of groups) {
    const bytes = group.reduce((sum, segment) => sum + segment.sizeInBytes, 0)
    let output: CleanOutput
    try {
      output = await cleanGroupOf(log, map, group, { transactions, range })
      await context.exclusive(() => swapIn(log, group, output))
    } catch (error) {
      await removeOutput(log, group)
      throw error
    }
    transactions = output.transactions
    bytesBefore += bytes
    bytesAfter += output.sizeInBytes
    await context.throttle(bytes + output.sizeInBytes)
  }
  return { cleanedOffset: endOffset, bytesBefore, bytesAfter }
}

async function readDirty(
  log: LogState,
  map: OffsetMap,
  range: CleanableRange,
  context: CleaningContext,
): Promise<void> {
  const { firstDirtyOffset, firstUncleanableOffset } = range
  const aborted = await abortedTransactions(log, firstDirtyOffset, firstUncleanableOffset)
  let transactions = startOfTransactions(aborted)
  for (const segment of log.segments.overlapping(firstDirtyOffset, firstUncleanableOffset)) {
    const source = sourceOf(log, segment, firstUncleanableOffset)
    const indexes = await indexesOf(log, segment)
    const startPosition = indexes.offsets.lookup(firstDirtyOffset)
    const output = await log.host.world.workers.run(mapTask, {
      memory: map.memory,
      segment: source,
      startOffset: firstDirtyOffset,
      startPosition,
      transactions,
    })
    if (output.damage !== undefined) throw new KafkaError('CORRUPT_MESSAGE', output.damage)
    if (output.isFull) return
    transactions = output.transactions
    await context.throttle(segment.sizeInBytes - startPosition)
  }
}

async function cleanGroupOf(
  log: LogState,
  map: OffsetMap,
  group: readonly Segment[],
  progress: { readonly transactions: TransactionProgress; readonly range: CleanableRange },
): Promise<CleanOutput> {
  const endOffset = progress.range.firstUncleanableOffset
  const output = await log.host.world.workers.run(cleanTask, {
    memory: map.memory,
    directory: log.path,
    segments: group.map((segment) => sourceOf(log, segment, endOffset)),
    transactions: progress.transactions,
    producers: Array.from(log.producers.entries(), (entry) => ({
      producerId: entry.producerId,
      producerEpoch: entry.producerEpoch,
      lastDataOffset: lastDataOffsetOf(entry),
    })),
    endOffset,
    nowMs: log.host.world.clock.now(),
    deleteRetentionMs: log.settings['delete.retention.ms'],
    indexIntervalBytes: log.settings['index.interval.bytes'],
  })
  if (output.damage !== undefined) throw new KafkaError('CORRUPT_MESSAGE', output.damage)
  return output
}

/** Meanwhile retention or truncation may have taken one of the segments: then the output is of no use. */
async function swapIn(
  log: LogState,
  group: readonly Segment[],
  output: CleanOutput,
): Promise<void> {
  const present = new Set(log.segments.all)
  const isWhole = group.every((segment) => present.has(segment) && segment !== log.segments.active)
  if (!isWhole) throw stopped('its segments are gone')
  const next = log.segments.at(log.segments.indexOf(group.at(-1)?.baseOffset ?? 0) + 1)
  await swapSegments(log, group, output)
  if (next !== undefined) log.tail.dropBefore(next.baseOffset)
}

/** What was written in vain; a disk that fails here too has its files removed by the next start. */
async function removeOutput(log: LogState, group: readonly Segment[]): Promise<void> {
  const [first] = group
  for (const kind of ['log', 'index', 'timeindex', 'txnindex'] as const) {
    const path = first?.path(kind, '.cleaned')
    if (path !== undefined) await log.host.world.disk.unlink(path).catch(() => {})
  }
}

function sourceOf(log: LogState, segment: Segment, endOffset: number): SourceSegment {
  const next = log.segments.at(log.segments.indexOf(segment.baseOffset) + 1)
  return {
    path: segment.file.path,
    baseOffset: segment.baseOffset,
    sizeInBytes: segment.writtenBytes,
    endOffset: Math.min(next?.baseOffset ?? endOffset, endOffset),
  }
}

/** The log changed under the cleaning, or cannot be cleaned now: it begins again another time. */
function stopped(why: string): KafkaError {
  return new KafkaError('OPERATION_NOT_ATTEMPTED', `The cleaning was stopped: ${why}.`)
}
