// The indexes of a segment that does not grow: read from their files when somebody needs them, rebuilt from the data when
// the files are missing or make no sense.

import type { LogState } from '../log-state.ts'
import { OffsetIndex } from '../indexes/offset-index.ts'
import { TimeIndex } from '../indexes/time-index.ts'
import { type AbortedTransaction, parseTransactionIndex } from '../indexes/transaction-index.ts'
import { rebuildIndexes } from '../recovery/rebuild-indexes.ts'
import type { Segment, SegmentIndexes } from './segment.ts'

/** The indexes of `segment`, from memory or from disk. */
export async function indexesOf(log: LogState, segment: Segment): Promise<SegmentIndexes> {
  if (segment.indexes !== undefined) {
    log.host.indexes.used(segment)
    return segment.indexes
  }
  const read = await readIndexes(log, segment)
  // Somebody else may have been faster; appends and truncation work on the first one.
  if (segment.indexes !== undefined) return segment.indexes
  if (typeof read !== 'string') {
    segment.indexes = read
    segment.isSealed = true
    segment.knownAborted = read.aborted
    log.host.indexes.used(segment)
    const last = read.times.last
    if (segment.largest === undefined && last.timestamp >= 0) segment.largest = last
    return read
  }
  log.host.world.logger.warn(
    { topic: log.topic, partition: log.partition, segment: segment.baseOffset, damage: read },
    'Rebuilding the indexes of a segment',
  )
  return await rebuildIndexes(log, segment)
}

async function readIndexes(log: LogState, segment: Segment): Promise<SegmentIndexes | string> {
  const { disk } = log.host.world
  const [offsets, times, transactions] = await Promise.all([
    disk.readFile(segment.path('index')),
    disk.readFile(segment.path('timeindex')),
    disk.readFile(segment.path('txnindex')),
  ])
  if (offsets === undefined) return 'there is no offset index'
  if (times === undefined) return 'there is no time index'
  const index = new OffsetIndex(segment.baseOffset, offsets)
  const timeIndex = new TimeIndex(segment.baseOffset, times)
  const parsed = parseTransactionIndex(transactions ?? Buffer.alloc(0))
  const damage = index.damage(segment.sizeInBytes) ?? timeIndex.damage() ?? parsed.damage
  return damage ?? { offsets: index, times: timeIndex, aborted: parsed.aborted }
}

/** The aborted transactions whose markers lie in `segment`; `undefined` while only the disk knows. */
export function knownAbortedOf(segment: Segment): readonly AbortedTransaction[] | undefined {
  return segment.indexes?.aborted ?? segment.knownAborted
}
