// Building the indexes of one segment again from its batches. Offsets and timestamps come from the batches alone; the
// transaction index needs to know which transactions were open when the segment began, hence the producer state there.

import { WorldError } from '@samsa/world'
import type { LogState } from '../log-state.ts'
import { ProducerStates } from '../producers/producer-states.ts'
import { newIndexes, type Segment, type SegmentIndexes } from '../segments/segment.ts'
import { scanSegment } from '../segments/segment-scan.ts'
import { loadProducers } from './load-producers.ts'

/** Rebuilds what the index files of a sealed segment should hold; the data itself must be in order. */
export async function rebuildIndexes(log: LogState, segment: Segment): Promise<SegmentIndexes> {
  const producers = new ProducerStates()
  await loadProducers(log, producers, segment.baseOffset)
  const indexes = newIndexes(segment.baseOffset)
  const shadow = segment.emptyCopy()
  const intervalBytes = log.settings['index.interval.bytes']
  const end = await log.host.files.use(segment.file, 'update', (file) =>
    scanSegment(file, { start: 0, end: segment.sizeInBytes }, (batch) => {
      shadow.note(batch, intervalBytes, indexes)
      const aborted = producers.add(batch)
      if (aborted !== undefined) indexes.aborted.push(aborted)
      return 'continue'
    }),
  )
  if (end.damage !== undefined) {
    throw new WorldError('io', segment.file.path, `Damaged at byte ${end.position}: ${end.damage}`)
  }
  if (shadow.largest !== undefined) {
    indexes.times.append(shadow.largest.timestamp, shadow.largest.offset)
  }
  segment.indexes = indexes
  segment.largest = shadow.largest
  segment.firstTimestamp = shadow.firstTimestamp
  segment.isSealed = false
  return indexes
}
