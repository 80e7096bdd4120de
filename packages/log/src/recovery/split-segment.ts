// Segments whose offsets reach further than an index can say: brokers before Apache Kafka 1.1 compacted several
// segments into such. Nothing is lost of them; what is out of reach becomes a segment of its own.
//
// Order for a crash in between: the new file is complete and has its name on the medium before the old one is cut. Until
// then both hold the rest, and the next recovery splits again.

import type { LogState } from '../log-state.ts'
import { Segment } from '../segments/segment.ts'

const STEP_BYTES = 1 << 20

/** Moves what lies from `position` on, where the batch at `baseOffset` begins, into a new segment behind this one. */
export async function splitSegment(
  log: LogState,
  segment: Segment,
  { position, baseOffset }: { readonly position: number; readonly baseOffset: number },
): Promise<void> {
  const { disk, clock, logger } = log.host.world
  const rest = new Segment(log.path, baseOffset, clock.now())
  const target = await disk.open(rest.path('log', '.cleaned'), 'truncate')
  try {
    await log.host.files.use(segment.file, 'update', async (source) => {
      const buffer = Buffer.allocUnsafe(STEP_BYTES)
      for (let at = position; at < segment.sizeInBytes; ) {
        const wanted = Math.min(STEP_BYTES, segment.sizeInBytes - at)
        const read = await source.read(buffer.subarray(0, wanted), at)
        if (read === 0) break
        await target.write(buffer.subarray(0, read), at - position)
        at += read
      }
    })
    await target.sync()
  } finally {
    await target.close()
  }
  await disk.rename(rest.path('log', '.cleaned'), rest.path('log'))
  await disk.syncDirectory(log.path)
  rest.sizeInBytes = segment.sizeInBytes - position
  rest.writtenBytes = rest.sizeInBytes
  rest.syncedBytes = rest.sizeInBytes
  rest.isNameSynced = true
  rest.modifiedMs = segment.modifiedMs
  // A split that a crash interrupted has left the same rest.
  const before = log.segments.all.find((each) => each.baseOffset === baseOffset)
  if (before !== undefined) log.segments.remove(before)
  log.segments.replace([segment], [segment, rest])
  logger.info(
    { topic: log.topic, partition: log.partition, segment: segment.baseOffset, baseOffset },
    'Split a segment whose offsets reach too far for its index',
  )
}
