// A transaction index, held against its log: each entry must have its abort marker, and each abort marker of a
// transaction with data in the segment its entry. Otherwise readers of committed records would see aborted ones.

import type { Disk } from '@samsa/world'
import { type AbortedTransaction, parseTransactionIndex } from '../indexes/transaction-index.ts'
import { readTransactionMarker } from '../producers/transaction-marker.ts'
import type { DumpEntry } from './dump-entry.ts'
import type { SegmentFile } from './dump-log.ts'
import {
  batchesBeside,
  firstDamages,
  hasLog,
  indexDamage,
  logStartOffsetOf,
  noLogNote,
} from './log-beside.ts'

const remedy =
  'A recovery that scans this segment builds the index anew, and so does a start without it and ' +
  'the .index of the segment: remove both while the broker is down.'

/** Tells the entries of a `.txnindex` file. */
export async function* dumpTransactionIndex(
  disk: Disk,
  { path, logPath }: SegmentFile,
): AsyncGenerator<DumpEntry, void, undefined> {
  const bytes = (await disk.readFile(path)) ?? Buffer.alloc(0)
  const { aborted, damage } = parseTransactionIndex(bytes)
  for (const each of aborted) yield { kind: 'aborted-transaction', ...each }
  if (damage !== undefined) yield indexDamage(path, `It cannot be read on: ${damage}.`, remedy)
  else if (await hasLog(disk, logPath)) {
    yield* firstDamages(path, remedy, markerFaults(disk, aborted, logPath))
  } else if (aborted.length > 0) yield noLogNote(logPath)
}

async function* markerFaults(
  disk: Disk,
  aborted: readonly AbortedTransaction[],
  logPath: string,
): AsyncGenerator<string, void, undefined> {
  const missing = new Map(aborted.map((each) => [each.lastOffset, each]))
  /** First offset in this segment of each producer's open transaction. */
  const open = new Map<number, number>()
  const logStartOffset = await logStartOffsetOf(disk, logPath)
  for await (const { magic, batch } of batchesBeside(disk, logPath)) {
    if (magic !== 2 || !batch.isTransactional) continue
    const { producerId, baseOffset } = batch
    if (!batch.isControl) {
      // Nobody reads what lies below the log's start; compaction leaves empty batches of transactions that are gone.
      const isReadable = batch.recordCount > 0 && batch.lastOffset >= logStartOffset
      if (isReadable && !open.has(producerId)) open.set(producerId, baseOffset)
      continue
    }
    const marker = readTransactionMarker(batch)
    if (marker === undefined) continue
    const firstOffset = open.get(producerId)
    open.delete(producerId)
    if (!marker.isAbort) continue
    const entry = missing.get(baseOffset)
    missing.delete(baseOffset)
    if (entry === undefined && firstOffset !== undefined) {
      yield `The transaction of producer ${producerId} from offset ${firstOffset}, aborted at ${baseOffset}, has no ` +
        'entry: readers of committed records see it.'
    } else if (entry !== undefined) {
      const fault = entryFault(entry, { producerId, firstOffset })
      if (fault !== undefined) yield fault
    }
  }
  for (const each of missing.values()) {
    yield `No abort marker lies at offset ${each.lastOffset}, where producer ${each.producerId} is said to have one.`
  }
}

function entryFault(
  entry: AbortedTransaction,
  found: { readonly producerId: number; readonly firstOffset: number | undefined },
): string | undefined {
  if (entry.producerId !== found.producerId) {
    return (
      `The marker at offset ${entry.lastOffset} is of producer ${found.producerId}, ` +
      `not of ${entry.producerId}.`
    )
  }
  if (found.firstOffset !== undefined && entry.firstOffset > found.firstOffset) {
    return (
      `The transaction of producer ${entry.producerId} begins at offset ${found.firstOffset}, ` +
      `not at ${entry.firstOffset}: readers of committed records see its first records.`
    )
  }
  return undefined
}
