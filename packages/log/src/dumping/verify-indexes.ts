// Whether the indexes of a segment say the truth about its batches. Each finding is a sentence.

import { OffsetIndex } from '../indexes/offset-index.ts'
import { TimeIndex } from '../indexes/time-index.ts'
import type { DumpedBatch } from './dump-log.ts'

/** An entry must name a batch's last offset (Kafka's older writers: any offset in it) and where that batch begins. */
export function verifyOffsetIndex(index: OffsetIndex, batches: readonly DumpedBatch[]): string[] {
  const problems: string[] = []
  const byPosition = new Map(batches.map((batch) => [batch.position, batch]))
  for (let i = 0; i < index.count; i += 1) {
    const offset = index.offsetAt(i)
    const position = index.positionAt(i)
    const batch = byPosition.get(position)
    if (batch === undefined) {
      problems.push(`Index entry ${i} points to byte ${position}, where no batch begins.`)
    } else if (offset < batch.baseOffset || offset > batch.lastOffset) {
      const range = `${batch.baseOffset} to ${batch.lastOffset}`
      problems.push(`Index entry ${i} names offset ${offset}, but its batch holds ${range}.`)
    }
    if (i > 0 && (offset <= index.offsetAt(i - 1) || position <= index.positionAt(i - 1))) {
      problems.push(`Index entry ${i} does not rise.`)
    }
  }
  return problems
}

/** No batch up to an entry's offset may have a larger timestamp, and the batch that holds the offset must reach it. */
export function verifyTimeIndex(index: TimeIndex, batches: readonly DumpedBatch[]): string[] {
  const problems: string[] = []
  for (let i = 0; i < index.count; i += 1) {
    const timestamp = index.timestampAt(i)
    const offset = index.offsetAt(i)
    const holder = batches.find((batch) => batch.lastOffset >= offset)
    if (holder === undefined || holder.baseOffset > offset) {
      problems.push(`Time index entry ${i} names offset ${offset}, which no batch holds.`)
    } else if (holder.maxTimestamp !== timestamp) {
      const text = `Time index entry ${i} says ${timestamp} at offset ${offset}`
      problems.push(`${text}, but the largest timestamp there is ${holder.maxTimestamp}.`)
    }
    const later = batches.find(
      (batch) => batch.lastOffset <= offset && batch.maxTimestamp > timestamp,
    )
    if (later !== undefined) {
      const text = `Time index entry ${i} says that nothing up to ${offset} is newer than ${timestamp}`
      problems.push(`${text}, but offset ${later.lastOffset} has ${later.maxTimestamp}.`)
    }
    if (i > 0 && timestamp <= index.timestampAt(i - 1)) {
      problems.push(`Time index entry ${i} does not rise.`)
    }
  }
  return problems
}
