// Opening a partition's directory: which segments are there, where the log ends, and what the indexes, the leader epochs
// and the producers looked like. After an unclean shutdown everything from the recovery point on is read and checked
// first, and cut at the first byte that is not a valid batch.

import { parseEpochCheckpoint, LEADER_EPOCH_CHECKPOINT } from '../checkpoints/offset-checkpoint.ts'
import { addSegment } from '../appends/roll.ts'
import { flushLog, writeEpochs } from '../appends/log-flush.ts'
import type { LogState } from '../log-state.ts'
import { parseSegmentFileName, segmentFileName } from '../segments/file-names.ts'
import { removeFromEnd } from '../segments/remove-segment.ts'
import { newIndexes, Segment } from '../segments/segment.ts'
import { indexesOf } from '../segments/segment-indexes.ts'
import { scanSegment } from '../segments/segment-scan.ts'
import { clearLeftovers } from './leftovers.ts'
import { loadProducers } from './load-producers.ts'
import { refuseLegacy } from './refuse-legacy.ts'
import { recoverSegments } from './recover-segments.ts'
import { unlessFull } from './unless-full.ts'

/** What the directory's checkpoint files say of the log; `logStartOffset` is 0 where they say nothing. */
export interface LoadedFrom {
  readonly isClean: boolean
  readonly logStartOffset: number
  readonly recoveryPoint: number
  readonly highWatermark: number
}

/** Fills `log` from its directory. Fails with a `WorldError` or `KafkaError` when it cannot be served. */
export async function loadLog(log: LogState, from: LoadedFrom): Promise<void> {
  const names = await clearLeftovers(log)
  log.logStartOffset = from.logStartOffset
  log.recoveryPoint = from.recoveryPoint
  log.recoveryPointOnDisk = from.recoveryPoint
  await loadEpochs(log)
  await findSegments(log, names, from.isClean)
  if (log.segments.count > 0) {
    log.logStartOffset = Math.max(from.logStartOffset, log.segments.first.baseOffset)
  }
  let isAsClosed = false
  if (from.isClean) isAsClosed = await openActive(log)
  else await recoverSegments(log)
  await leaveIfBehindStart(log)
  if (log.segments.count === 0) addSegment(log, log.logStartOffset)

  const endOffset = log.segments.active.nextOffset
  log.nextOffset = endOffset
  log.logEndOffset = endOffset
  log.recoveryPoint = from.isClean ? endOffset : Math.min(log.recoveryPoint, endOffset)
  log.logStartOffset = Math.max(log.logStartOffset, log.segments.first.baseOffset)
  log.highWatermark = Math.max(log.logStartOffset, Math.min(from.highWatermark, endOffset))
  log.epochs.truncateFromEnd(endOffset)
  log.epochs.truncateFromStart(log.logStartOffset)
  await removeStraySnapshots(log)
  await loadProducers(log, log.producers, endOffset)
  const hasSnapshot = log.snapshots.has(endOffset) || endOffset === log.logStartOffset
  log.isChanged = !(isAsClosed && hasSnapshot)
  if (!from.isClean) {
    // Afterwards it need not be read again.
    await unlessFull(log, async () => {
      await flushLog(log, endOffset)
      await writeEpochs(log)
    })
  }
}

async function loadEpochs(log: LogState): Promise<void> {
  const bytes = await log.host.world.disk.readFile(`${log.path}/${LEADER_EPOCH_CHECKPOINT}`)
  const entries = bytes === undefined ? [] : parseEpochCheckpoint(bytes.toString())
  for (const entry of entries ?? []) log.epochs.assign(entry.epoch, entry.startOffset)
  if (bytes !== undefined && entries !== undefined) log.epochsOnDisk = log.epochs.version
}

async function findSegments(
  log: LogState,
  names: readonly string[],
  isClean: boolean,
): Promise<void> {
  const { disk } = log.host.world
  const bases = new Set<number>()
  for (const name of names) {
    const parsed = parseSegmentFileName(name)
    if (parsed?.kind === 'log' && parsed.suffix === '') bases.add(parsed.offset)
  }
  for (const name of names) {
    const parsed = parseSegmentFileName(name)
    if (parsed === undefined || parsed.suffix !== '') continue
    if (parsed.kind === 'snapshot') log.snapshots.add(parsed.offset)
    else if (!bases.has(parsed.offset)) await disk.unlink(`${log.path}/${name}`)
    else if (parsed.kind === 'log') {
      const segment = await foundSegment(log, parsed.offset)
      segment.isNameSynced = isClean
      log.segments.add(segment)
    }
  }
  const present = new Set(names)
  const all = log.segments.all
  for (const [i, segment] of all.entries()) {
    segment.nextOffset = all[i + 1]?.baseOffset ?? segment.baseOffset
    // With an offset index and no transaction index there was no aborted transaction.
    const { baseOffset } = segment
    const hasIndex = present.has(segmentFileName(baseOffset, 'index'))
    const hasAborted = present.has(segmentFileName(baseOffset, 'txnindex'))
    if (hasIndex && !hasAborted) segment.knownAborted = []
  }
}

async function foundSegment(log: LogState, baseOffset: number): Promise<Segment> {
  const { disk, clock } = log.host.world
  const segment = new Segment(log.path, baseOffset, clock.now())
  const entry = await disk.stat(segment.file.path)
  segment.sizeInBytes = entry?.size ?? 0
  segment.writtenBytes = segment.sizeInBytes
  segment.syncedBytes = segment.sizeInBytes
  segment.modifiedMs = entry?.modifiedMs ?? clock.now()
  return segment
}

/**
 * A clean log ends where its last segment's last batch does; the index says from where to look. Resolves to whether the
 * segment's files were as closing a log leaves them.
 */
async function openActive(log: LogState): Promise<boolean> {
  const segment = log.segments.all.at(-1)
  if (segment === undefined) return false
  if (segment.sizeInBytes === 0) {
    segment.indexes = newIndexes(segment.baseOffset)
    return false
  }
  const indexes = await indexesOf(log, segment)
  const isAsClosed = segment.isSealed
  const start = indexes.offsets.lastPosition
  const end = await log.host.files.use(segment.file, 'update', async (file) => {
    await scanSegment(file, { start: 0, end: segment.sizeInBytes }, (batch) => {
      segment.firstTimestamp = batch.maxTimestamp
      return 'stop'
    })
    return await scanSegment(file, { start, end: segment.sizeInBytes }, (batch) => {
      segment.nextOffset = batch.nextOffset
      if (segment.largest === undefined || batch.maxTimestamp > segment.largest.timestamp) {
        segment.largest = { timestamp: batch.maxTimestamp, offset: batch.lastOffset }
      }
      return 'continue'
    })
  })
  refuseLegacy(segment, end)
  if (end.damage !== undefined) {
    log.host.world.logger.warn(
      { segment: segment.file.path, position: end.position, damage: end.damage },
      'A log that was closed in order does not end with a whole batch; it is recovered',
    )
    log.recoveryPoint = Math.min(log.recoveryPoint, segment.baseOffset)
    await recoverSegments(log)
    return false
  }
  segment.isSealed = false
  segment.resumeIndexing(indexes)
  return isAsClosed
}

/** Segments were lost behind our back: what is left lies before the log's start. */
async function leaveIfBehindStart(log: LogState): Promise<void> {
  const last = log.segments.all.at(-1)
  if (last === undefined || last.nextOffset >= log.logStartOffset) return
  log.host.world.logger.warn(
    { topic: log.topic, partition: log.partition, logStartOffset: log.logStartOffset },
    'The log ends before its start offset; its segments are dropped',
  )
  await removeFromEnd(log, log.segments.all)
  log.epochs.clear()
}

/** Snapshots count at the base offset of a segment, and the newest one beyond all of them at the log's end. */
async function removeStraySnapshots(log: LogState): Promise<void> {
  const bases = new Set(log.segments.all.map((segment) => segment.baseOffset))
  const newest = Math.max(...log.snapshots, -1)
  for (const offset of log.snapshots) {
    const isKept =
      bases.has(offset) || (offset === newest && offset > log.segments.active.baseOffset)
    if (isKept && offset <= log.nextOffset) continue
    log.snapshots.delete(offset)
    await log.host.world.disk.unlink(`${log.path}/${segmentFileName(offset, 'snapshot')}`)
  }
}
