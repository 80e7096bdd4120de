// The producer state at some offset: from the newest snapshot at or before it, and the batches between the two.

import { parseProducerSnapshot } from '../producers/producer-snapshot.ts'
import type { ProducerStates } from '../producers/producer-states.ts'
import type { LogState } from '../log-state.ts'
import { segmentFileName } from '../segments/file-names.ts'
import { scanSegment } from '../segments/segment-scan.ts'

/** Makes `producers` what the log's batches before `offset` make of it. Damaged snapshots are removed. */
export async function loadProducers(
  log: LogState,
  producers: ProducerStates,
  offset: number,
): Promise<void> {
  await loadSnapshot(log, producers, offset)
  for (const segment of log.segments.overlapping(producers.endOffset, offset)) {
    if (segment.sizeInBytes === 0) continue
    await log.host.files.use(segment.file, 'update', (file) =>
      scanSegment(file, { start: 0, end: segment.sizeInBytes }, (batch) => {
        if (batch.baseOffset >= offset) return { damage: 'beyond the offset' }
        if (batch.lastOffset >= producers.endOffset) producers.add(batch)
        return 'continue'
      }),
    )
  }
  producers.advanceTo(offset)
  // Transactions that were replicated long ago do not hold the last stable offset back again.
  producers.highWatermarkMoved(log.highWatermark)
  const expirationMs = log.host.settings['producer.id.expiration.ms']
  producers.expire(log.host.world.clock.now(), expirationMs)
}

async function loadSnapshot(
  log: LogState,
  producers: ProducerStates,
  offset: number,
): Promise<void> {
  const { disk, logger } = log.host.world
  const candidates = [...log.snapshots]
    .filter((each) => each <= offset && each > log.logStartOffset)
    .sort((one, other) => other - one)
  for (const candidate of candidates) {
    const path = `${log.path}/${segmentFileName(candidate, 'snapshot')}`
    const bytes = await disk.readFile(path)
    const entries = bytes === undefined ? 'it is missing' : parseProducerSnapshot(bytes)
    if (typeof entries !== 'string') {
      producers.load(entries, candidate)
      return
    }
    logger.warn({ path, damage: entries }, 'Ignoring a damaged producer snapshot')
    log.snapshots.delete(candidate)
    await disk.unlink(path)
  }
  producers.load([], log.logStartOffset)
}
