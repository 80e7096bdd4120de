// A time index, held against the batches of its log: an entry says the largest timestamp of all batches up to the one
// that holds its offset. Otherwise a search by time would miss records, or retention would judge the segment's age
// wrongly.

import type { Disk } from '@samsa/world'
import { TimeIndex } from '../indexes/time-index.ts'
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

/** Tells the entries of a `.timeindex` file. */
export async function* dumpTimeIndex(
  disk: Disk,
  { path, baseOffset, logPath }: SegmentFile,
): AsyncGenerator<DumpEntry, void, undefined> {
  const bytes = (await disk.readFile(path)) ?? Buffer.alloc(0)
  const index = new TimeIndex(baseOffset, bytes)
  for (let i = 0; i < index.count; i += 1) {
    yield { kind: 'time-index-entry', timestamp: index.timestampAt(i), offset: index.offsetAt(i) }
  }
  yield* restOfIndex(path, { bytes, used: index.sizeInBytes, remedy })
  const disorder = index.damage()
  if (disorder !== undefined) yield indexDamage(path, `Time ${disorder}.`, remedy)
  else if (index.count > 0) {
    if (await hasLog(disk, logPath)) {
      yield* firstDamages(path, remedy, timeFaults(disk, index, logPath))
    } else yield noLogNote(logPath)
  }
}

/** What of the entries does not agree with the log; their timestamps rise and their offsets do not fall. */
async function* timeFaults(
  disk: Disk,
  index: TimeIndex,
  logPath: string,
): AsyncGenerator<string, void, undefined> {
  let entry = 0
  let largest = -1
  let endOffset = index.baseOffset
  for await (const found of batchesBeside(disk, logPath)) {
    const { baseOffset, lastOffset, maxTimestamp } = extentOf(found)
    largest = Math.max(largest, maxTimestamp)
    endOffset = lastOffset + 1
    for (; entry < index.count && index.offsetAt(entry) <= lastOffset; entry += 1) {
      const [timestamp, offset] = [index.timestampAt(entry), index.offsetAt(entry)]
      if (found.magic === 2 && offset < baseOffset) {
        yield `Entry ${entry} names offset ${offset}, which no batch holds.`
      } else if (timestamp < largest) {
        yield `Entry ${entry} says that nothing up to offset ${offset} is later than ${timestamp}, ` +
          `but there is a timestamp ${largest}: a search by time may miss it.`
      } else if (timestamp > largest) {
        yield `Entry ${entry} says ${timestamp} for offset ${offset}, but no timestamp up to there is ` +
          `later than ${largest}: retention may keep the segment too long.`
      }
    }
    if (entry >= index.count) return
  }
  for (; entry < index.count; entry += 1) {
    yield `Entry ${entry} names offset ${index.offsetAt(entry)}, but the log ends at offset ${endOffset}.`
  }
}
