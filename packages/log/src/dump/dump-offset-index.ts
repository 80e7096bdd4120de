// An offset index, held against the batches of its log: each entry must point to the beginning of a batch, and name the
// last offset of that batch or, where an older broker appended several at once, of one that follows it.

import { type Disk } from '@samsa/world'
import { OffsetIndex } from '../indexes/offset-index.ts'
import type { DumpEntry } from './dump-entry.ts'
import type { SegmentFile } from './dump-log.ts'
import {
  batchesBeside,
  extentOf,
  firstDamages,
  hasLog,
  indexDamage,
  noLogNote,
  restOfIndex,
} from './log-beside.ts'

const remedy =
  'A recovery that scans this segment builds the index anew, and so does a start without the file: remove it while ' +
  'the broker is down.'

/** Tells the entries of an `.index` file. */
export async function* dumpOffsetIndex(
  disk: Disk,
  { path, baseOffset, logPath }: SegmentFile,
): AsyncGenerator<DumpEntry, void, undefined> {
  const bytes = (await disk.readFile(path)) ?? Buffer.alloc(0)
  const index = new OffsetIndex(baseOffset, bytes)
  for (let i = 0; i < index.count; i += 1) {
    yield { kind: 'offset-index-entry', offset: index.offsetAt(i), position: index.positionAt(i) }
  }
  yield* restOfIndex(path, { bytes, used: index.sizeInBytes, remedy })
  const disorder = index.damage(Number.POSITIVE_INFINITY)
  if (disorder !== undefined) yield indexDamage(path, `${sentence(disorder)}.`, remedy)
  else if (index.count > 0) {
    if (await hasLog(disk, logPath)) {
      yield* firstDamages(path, remedy, offsetFaults(disk, index, logPath))
    } else yield noLogNote(logPath)
  }
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** What of the entries does not agree with the log; their offsets and positions rise. */
async function* offsetFaults(
  disk: Disk,
  index: OffsetIndex,
  logPath: string,
): AsyncGenerator<string, void, undefined> {
  let entry = 0
  /** An entry whose batch has come, but not the batch that ends with its offset. */
  let pending: number | undefined
  let previousPosition = 0
  let end = 0
  for await (const found of batchesBeside(disk, logPath)) {
    const { baseOffset, lastOffset } = extentOf(found)
    for (; entry < index.count && index.positionAt(entry) < found.position; entry += 1) {
      yield `Entry ${entry} points to byte ${index.positionAt(entry)}, inside the batch at byte ${previousPosition}.`
    }
    if (entry < index.count && index.positionAt(entry) === found.position) {
      if (pending !== undefined) yield unmatched(index, pending)
      pending = entry
      if (index.offsetAt(entry) < baseOffset) {
        yield `Entry ${entry} says offset ${index.offsetAt(entry)} for byte ${found.position}, ` +
          `where offsets ${baseOffset} to ${lastOffset} lie.`
        pending = undefined
      }
      entry += 1
    }
    if (pending !== undefined && lastOffset >= index.offsetAt(pending)) {
      if (lastOffset > index.offsetAt(pending)) yield unmatched(index, pending)
      pending = undefined
    }
    previousPosition = found.position
    end = found.position + (found.magic === 2 ? found.batch.sizeInBytes : 0)
    if (entry >= index.count && pending === undefined) return
  }
  if (pending !== undefined) yield unmatched(index, pending)
  for (; entry < index.count; entry += 1) {
    yield `Entry ${entry}, of offset ${index.offsetAt(entry)}, points to byte ${index.positionAt(entry)}, ` +
      `but the last whole batch of the log ends at ${end}.`
  }
}

function unmatched(index: OffsetIndex, entry: number): string {
  return (
    `Entry ${entry} says that a batch ends with offset ${index.offsetAt(entry)}, ` +
    `which none at or behind byte ${index.positionAt(entry)} does.`
  )
}
