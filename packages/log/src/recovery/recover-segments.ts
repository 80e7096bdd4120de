// After an unclean shutdown: reading the segments from the recovery point on as if they came from a stranger. Every batch
// must be whole, have its checksum and an offset that follows; the log ends before the first one that does not, and what
// lies behind it goes. Indexes, leader epochs and the transaction index are built again on the way.

import type { RecordBatch } from '@samsa/protocol'
import type { LogState } from '../log-state.ts'
import { writeSnapshot } from '../appends/log-flush.ts'
import { formatProducerSnapshot, parseProducerSnapshot } from '../producers/producer-snapshot.ts'
import { segmentFileName } from '../segments/file-names.ts'
import { ProducerStates } from '../producers/producer-states.ts'
import { newIndexes, type Segment } from '../segments/segment.ts'
import { type ScanEnd, type ScanVerdict, scanSegment } from '../segments/segment-scan.ts'
import { removeFromEnd } from '../segments/remove-segment.ts'
import { loadProducers } from './load-producers.ts'
import { refuseLegacy } from './refuse-legacy.ts'
import { splitSegment } from './split-segment.ts'
import { unlessFull } from './unless-full.ts'

/** Checks and cuts the log from its recovery point on. */
export async function recoverSegments(log: LogState): Promise<void> {
  if (log.segments.count === 0) return
  const first = log.segments.indexOf(log.recoveryPoint)
  await dropUnflushedSnapshots(log)
  const producers = new ProducerStates()
  const start = log.segments.at(first)
  if (start !== undefined) await loadProducers(log, producers, start.baseOffset)
  // Recovering a segment may put another one behind it.
  for (let i = first; i < log.segments.count; i += 1) {
    const segment = log.segments.at(i)
    if (segment === undefined) return
    log.host.world.logger.info(
      {
        topic: log.topic,
        partition: log.partition,
        segment: segment.baseOffset,
        sizeInBytes: segment.sizeInBytes,
        remaining: log.segments.count - i,
      },
      'Recovering a segment',
    )
    const before = segment.sizeInBytes
    const end = await recoverSegment(log, segment, producers)
    const next = log.segments.at(i + 1)
    const gap = next !== undefined && isGap(log, segment, next)
    if (end.damage === undefined && !gap) {
      if (next !== undefined) {
        const snapshot = formatProducerSnapshot(producers.entries())
        await unlessFull(log, () => writeSnapshot(log, next.baseOffset, snapshot))
      }
      continue
    }
    await cutBehind(log, segment, {
      droppedBytes: before - segment.sizeInBytes,
      damage: end.damage ?? `offset ${segment.nextOffset} is missing`,
    })
    return
  }
}

/** Snapshots beyond the recovery point may be torn, or describe batches that were lost; they are taken again. */
async function dropUnflushedSnapshots(log: LogState): Promise<void> {
  for (const offset of log.snapshots) {
    // One at the recovery point may have been taken when the log was being closed.
    if (offset < log.recoveryPoint) continue
    if (offset === log.recoveryPoint && (await isSound(log, offset))) continue
    log.snapshots.delete(offset)
    await log.host.world.disk.unlink(`${log.path}/${segmentFileName(offset, 'snapshot')}`)
  }
}

async function isSound(log: LogState, offset: number): Promise<boolean> {
  const path = `${log.path}/${segmentFileName(offset, 'snapshot')}`
  const bytes = await log.host.world.disk.readFile(path)
  return bytes !== undefined && typeof parseProducerSnapshot(bytes) !== 'string'
}

/** Leaders write without gaps, so a missing end of a segment is one that never reached the medium. */
function isGap(log: LogState, segment: Segment, next: Segment): boolean {
  if (log.settings['cleanup.policy'].includes('compact')) return false
  return segment.nextOffset < next.baseOffset
}

async function recoverSegment(
  log: LogState,
  segment: Segment,
  producers: ProducerStates,
): Promise<ScanEnd> {
  const indexes = newIndexes(segment.baseOffset)
  const found = segment.emptyCopy()
  const intervalBytes = log.settings['index.interval.bytes']
  const sizeInBytes = segment.sizeInBytes
  let outOfReach: { readonly position: number; readonly baseOffset: number } | undefined
  const end = await log.host.files.use(segment.file, 'update', async (file) => {
    const visit = (batch: RecordBatch, position: number): ScanVerdict => {
      const damage = judge(log, batch, found)
      if (damage !== undefined) return { damage }
      if (!found.canHold(batch.lastOffset)) {
        outOfReach = { position, baseOffset: batch.baseOffset }
        return { damage: 'the rest belongs to a segment of its own' }
      }
      found.note(batch, intervalBytes, indexes)
      noteEpoch(log, batch)
      const aborted = producers.add(batch)
      if (aborted !== undefined) indexes.aborted.push(aborted)
      return 'continue'
    }
    // What is read may be a clean page of the cache that never reached the medium: a sync that failed before the restart
    // leaves such. Writing it again makes the sync below mean something.
    const scanned = await scanSegment(file, { start: 0, end: sizeInBytes }, visit, (bytes, at) =>
      file.write(bytes, at),
    )
    refuseLegacy(segment, scanned)
    if (outOfReach !== undefined) await splitSegment(log, segment, outOfReach)
    if (scanned.position < sizeInBytes) await file.truncate(scanned.position)
    await file.sync()
    return outOfReach === undefined ? scanned : { position: scanned.position }
  })
  segment.indexes = indexes
  segment.isSealed = false
  segment.sizeInBytes = found.sizeInBytes
  segment.writtenBytes = found.sizeInBytes
  segment.syncedBytes = found.sizeInBytes
  segment.nextOffset = found.nextOffset
  segment.largest = found.largest
  segment.firstTimestamp = found.firstTimestamp
  segment.resumeIndexing(indexes)
  return end
}

/** What the checkpoint says stands, unless a batch contradicts it: epochs may have begun before the recovery point. */
function noteEpoch(log: LogState, { partitionLeaderEpoch, baseOffset }: RecordBatch): void {
  if (log.epochs.epochAt(baseOffset) === partitionLeaderEpoch) return
  log.epochs.assign(partitionLeaderEpoch, baseOffset)
}

/**
 * The checksum covers neither the base offset nor the leader epoch, so that a torn write may leave zeros in them: offsets
 * must go on, and epochs may not fall behind those that are known.
 */
function judge(log: LogState, batch: RecordBatch, found: Segment): string | undefined {
  const knownEpoch = log.epochs.epochAt(batch.baseOffset) ?? -1
  const { partitionLeaderEpoch } = batch
  if (partitionLeaderEpoch >= 0 && partitionLeaderEpoch < knownEpoch) {
    return `leader epoch ${partitionLeaderEpoch} comes after ${knownEpoch}`
  }
  if (batch.baseOffset < found.nextOffset) {
    return `offset ${batch.baseOffset} comes after ${found.nextOffset - 1}`
  }
  if (batch.lastOffsetDelta < 0) return `the batch ends before it begins`
  if (!batch.verifyChecksum()) return `the checksum of the batch at ${batch.baseOffset} is wrong`
  return undefined
}

async function cutBehind(
  log: LogState,
  segment: Segment,
  why: { readonly droppedBytes: number; readonly damage: string },
): Promise<void> {
  const later = log.segments.all.filter((each) => each.baseOffset > segment.baseOffset)
  log.host.world.logger.warn(
    {
      topic: log.topic,
      partition: log.partition,
      endOffset: segment.nextOffset,
      droppedSegments: later.length,
      ...why,
    },
    'The log was cut at the first batch that is damaged or missing',
  )
  await removeFromEnd(log, later)
}
