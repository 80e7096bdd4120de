// Putting a log on the medium. The order is the point: data first, then what is derived from it, then the names, and
// only then does the recovery point move, since whatever lies before it is never looked at again after a crash.

import type { LogState } from '../log-state.ts'
import { formatEpochCheckpoint, LEADER_EPOCH_CHECKPOINT } from '../checkpoints/offset-checkpoint.ts'
import { replaceFile } from '../checkpoints/atomic-file.ts'
import { formatTransactionIndex } from '../indexes/transaction-index.ts'
import { segmentFileName } from '../segments/file-names.ts'
import type { Segment, SegmentIndexes } from '../segments/segment.ts'

/** Syncs a segment's data and, if it is new, its name. What was noted but not written is not covered. */
async function syncSegment(log: LogState, segment: Segment): Promise<void> {
  if (segment.syncedBytes < segment.writtenBytes) await syncData(log, segment)
  if (!segment.isNameSynced) {
    await log.host.world.disk.syncDirectory(log.path)
    segment.isNameSynced = true
  }
}

/** Syncs what is written from the recovery point on, the newest segment first. */
export async function syncWritten(log: LogState): Promise<void> {
  const { segments, recoveryPoint } = log
  for (let i = segments.count - 1; i >= 0; i -= 1) {
    const segment = segments.at(i)
    if (segment === undefined) break
    if (segment.writtenBytes > 0) await syncSegment(log, segment)
    if (segment.baseOffset <= recoveryPoint) break
  }
}

/**
 * Puts what is written on the medium. Syncs of one file follow each other: of two at once only one may be told that
 * bytes were lost, and the other would vouch for them.
 */
async function syncData(log: LogState, segment: Segment): Promise<void> {
  const needed = segment.writtenBytes
  const before = segment.syncing
  const sync = async (): Promise<void> => {
    await before
    if (segment.syncedBytes >= needed) return
    const { writtenBytes } = segment
    await log.host.files.use(segment.file, 'update', (file) => file.sync())
    segment.syncedBytes = Math.max(segment.syncedBytes, writtenBytes)
  }
  const syncing = sync()
  segment.syncing = syncing
  try {
    await syncing
  } finally {
    if (segment.syncing === syncing) segment.syncing = undefined
  }
}

/** Writes the index files of a segment. `isLast` says that it will not grow: its largest timestamp is then noted. */
async function writeIndexes(
  log: LogState,
  segment: Segment,
  indexes: SegmentIndexes,
  isLast: boolean,
): Promise<void> {
  if (isLast && segment.largest !== undefined) {
    indexes.times.append(segment.largest.timestamp, segment.largest.offset)
  }
  const { disk } = log.host.world
  // An offset index says that there is a transaction index too, if there is anything to say in it: that one comes first.
  if (indexes.aborted.length > 0) {
    await writeSynced(disk, segment.path('txnindex'), formatTransactionIndex(indexes.aborted))
    await disk.syncDirectory(log.path)
  } else {
    await disk.unlink(segment.path('txnindex'))
  }
  await writeSynced(disk, segment.path('timeindex'), indexes.times.toBytes())
  await writeSynced(disk, segment.path('index'), indexes.offsets.toBytes())
  segment.isSealed = true
}

/** Writes the producer state at `offset`. */
export async function writeSnapshot(log: LogState, offset: number, bytes: Buffer): Promise<void> {
  const path = `${log.path}/${segmentFileName(offset, 'snapshot')}`
  // Known before it is whole, so that whoever removes snapshots removes this one too.
  log.snapshots.add(offset)
  await writeSynced(log.host.world.disk, path, bytes)
}

/** Writes the leader-epoch checkpoint if it is stale. */
export async function writeEpochs(log: LogState): Promise<void> {
  const version = log.epochs.version
  if (version === log.epochsOnDisk) return
  const text = formatEpochCheckpoint(log.epochs.entries)
  await replaceFile(log.host.world.disk, log.path, LEADER_EPOCH_CHECKPOINT, Buffer.from(text))
  log.epochsOnDisk = version
}

/**
 * Puts everything before `offset` on the medium and moves the recovery point there. `offset` is at most the log end
 * offset. Must not run beside truncation or another flush of the same log.
 */
export async function flushLog(log: LogState, offset: number): Promise<void> {
  const { active } = log.segments
  let isChanged = offset > log.recoveryPoint || log.epochs.version !== log.epochsOnDisk
  for (const segment of log.segments.all.filter((each) => each.baseOffset < offset)) {
    if (segment.syncedBytes < segment.writtenBytes || !segment.isNameSynced) {
      await syncSegment(log, segment)
    }
    const { indexes } = segment
    if (segment === active || segment.isSealed || indexes === undefined) continue
    await writeIndexes(log, segment, indexes, true)
    // From here on they are read back when somebody needs them.
    segment.knownAborted = indexes.aborted
    segment.indexes = undefined
    isChanged = true
  }
  if (!isChanged) return
  await writeEpochs(log)
  await log.host.world.disk.syncDirectory(log.path)
  log.recoveryPoint = Math.max(log.recoveryPoint, offset)
}

/**
 * Leaves a log that takes no more appends as the next start wants to find it: everything on the medium, indexes and
 * producer state of the active segment too. Sealed segments are flushed already. The files are written side by side,
 * since nothing here counts before the directory's marker of an orderly shutdown stands.
 */
export async function writeClosed(log: LogState, producers: Buffer): Promise<void> {
  const { active } = log.segments
  const endOffset = log.logEndOffset
  if (active.isFresh) {
    // Other brokers expect every segment to have its file.
    await log.host.files.use(active.file, 'truncate', () => Promise.resolve())
    active.isFresh = false
  }
  const writes: Promise<void>[] = [writeEpochs(log)]
  if (active.syncedBytes < active.writtenBytes) writes.push(syncData(log, active))
  if (active.indexes !== undefined) writes.push(writeIndexes(log, active, active.indexes, true))
  if (endOffset > log.logStartOffset) writes.push(writeSnapshot(log, endOffset, producers))
  await Promise.all(writes)
  await log.host.world.disk.syncDirectory(log.path)
  active.isNameSynced = true
  log.recoveryPoint = Math.max(log.recoveryPoint, endOffset)
  log.isChanged = false
}

async function writeSynced(
  disk: LogState['host']['world']['disk'],
  path: string,
  bytes: Buffer,
): Promise<void> {
  const file = await disk.open(path, 'truncate')
  try {
    if (bytes.length > 0) await file.write(bytes, 0)
    await file.sync()
  } finally {
    await file.close()
  }
}
