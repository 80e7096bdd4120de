// Putting a cleaned segment in the place of those it was made from, in steps that a crash may interrupt anywhere:
//
//   1. `….cleaned` is complete and synced          a crash here loses the work, nothing else
//   2. renamed to `….swap`, names synced           from here on recovery finishes the swap
//   3. the old segments renamed to `….deleted`, names synced
//   4. `….swap` renamed to its final name, indexes first, names synced
//
// Readers find the new segment from step 2 on; those that are in an old one keep its open file.

import { assert } from '@samsa/world'
import { OffsetIndex } from '../indexes/offset-index.ts'
import { TimeIndex } from '../indexes/time-index.ts'
import { parseTransactionIndex } from '../indexes/transaction-index.ts'
import type { LogState } from '../log-state.ts'
import type { SegmentFileKind } from '../segments/file-names.ts'
import { hideSegmentFiles, removeLater } from '../segments/remove-segment.ts'
import { Segment } from '../segments/segment.ts'
import type { CleanOutput } from './cleaning-worker.ts'

/** Swaps; `old` are segments of the log that follow each other, none of them active. */
export async function swapSegments(
  log: LogState,
  old: readonly Segment[],
  output: CleanOutput,
): Promise<void> {
  const { disk } = log.host.world
  const [first] = old
  assert(first !== undefined, 'a cleaned segment is made of at least one')
  const cleaned = new Segment(log.path, first.baseOffset, log.host.world.clock.now())
  cleaned.sizeInBytes = output.sizeInBytes
  cleaned.writtenBytes = output.sizeInBytes
  cleaned.syncedBytes = output.sizeInBytes
  cleaned.nextOffset = output.nextOffset
  cleaned.largest = output.largest
  cleaned.firstTimestamp = output.firstTimestamp
  cleaned.modifiedMs = old.at(-1)?.modifiedMs ?? cleaned.modifiedMs
  cleaned.isNameSynced = true
  cleaned.isSealed = true
  const kinds: SegmentFileKind[] = ['index', 'timeindex', 'log']
  if (output.hasTransactionIndex) kinds.unshift('txnindex')

  for (const kind of kinds) {
    await disk.rename(cleaned.path(kind, '.cleaned'), cleaned.path(kind, '.swap'))
  }
  await disk.syncDirectory(log.path)

  // The file is opened under its present name and kept open while the name changes.
  cleaned.file.path = cleaned.path('log', '.swap')
  await log.host.files.use(cleaned.file, 'update', async () => {
    const hidden: { readonly segment: Segment; readonly paths: readonly string[] }[] = []
    cleaned.indexes = await readSwappedIndexes(log, cleaned)
    cleaned.knownAborted = cleaned.indexes.aborted
    log.segments.replace(old, [cleaned])
    for (const segment of old) {
      hidden.push({ segment, paths: await hideSegmentFiles(log, segment) })
    }
    await disk.syncDirectory(log.path)
    for (const kind of kinds) await disk.rename(cleaned.path(kind, '.swap'), cleaned.path(kind))
    await disk.syncDirectory(log.path)
    cleaned.file.path = cleaned.path('log')
    for (const { segment, paths } of hidden) removeLater(log, segment, paths)
  })
}

/** While the files have other names the indexes must be in memory. */
async function readSwappedIndexes(
  log: LogState,
  cleaned: Segment,
): Promise<NonNullable<Segment['indexes']>> {
  const { disk } = log.host.world
  const [offsets, times, transactions] = await Promise.all([
    disk.readFile(cleaned.path('index', '.swap')),
    disk.readFile(cleaned.path('timeindex', '.swap')),
    disk.readFile(cleaned.path('txnindex', '.swap')),
  ])
  const empty = Buffer.alloc(0)
  return {
    offsets: new OffsetIndex(cleaned.baseOffset, offsets ?? empty),
    times: new TimeIndex(cleaned.baseOffset, times ?? empty),
    aborted: parseTransactionIndex(transactions ?? empty).aborted,
  }
}
