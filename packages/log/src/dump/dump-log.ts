// A log segment: batches, their records, and everything that a recovery would object to. The dump goes on behind
// damage while the lengths of batches can be followed, to show what a recovery would throw away.

import { LegacyMessage, readLegacyRecords, readRecords, type RecordBatch } from '@samsa/protocol'
import type { Disk } from '@samsa/world'
import { LEADER_EPOCH_CHECKPOINT, parseEpochCheckpoint } from '../checkpoints/offset-checkpoint.ts'
import { LeaderEpochs } from '../epochs/leader-epochs.ts'
import { MAX_RELATIVE_OFFSET } from '../indexes/offset-index.ts'
import type { BatchEntry, DamageEntry, DumpEntry } from './dump-entry.ts'
import { recordEntries } from './dump-records.ts'
import { batchesIn, type FoundBatch } from './log-batches.ts'

/** A segment's file, as its name tells of it. */
export interface SegmentFile {
  readonly path: string
  readonly baseOffset: number
  /** The `.log` file of the same segment. */
  readonly logPath: string
}

/** Where the walk through a segment stands. */
interface Progress {
  batches: number
  records: number
  nextOffset: number
  /** As the checkpoint says and the batches so far. */
  readonly epochs: LeaderEpochs
  /** Bytes and end offset before the first batch that a recovery refuses. */
  cut: { readonly position: number; readonly endOffset: number } | undefined
  hasLegacy: boolean
  /** Batches behind the cut that look whole. */
  lostBatches: number
}

/** Tells the batches of a `.log` file. */
export async function* dumpLog(
  disk: Disk,
  { path, baseOffset }: SegmentFile,
  options: { readonly records: boolean; readonly topic: string },
): AsyncGenerator<DumpEntry, void, undefined> {
  const file = await disk.open(path, 'read')
  try {
    const sizeInBytes = await file.size()
    const progress: Progress = {
      batches: 0,
      records: 0,
      nextOffset: baseOffset,
      epochs: await epochsBeside(disk, path),
      cut: undefined,
      hasLegacy: false,
      lostBatches: 0,
    }
    const refuse = (position: number, what: string): DamageEntry => {
      const { cut, nextOffset: endOffset } = progress
      progress.cut ??= { position, endOffset }
      const remedy =
        cut === undefined
          ? `A recovery that scans this segment cuts it to ${position} bytes: the log then ends at ` +
            `offset ${endOffset}, and ${sizeInBytes - position} bytes go.`
          : `It lies behind the cut at byte ${cut.position}.`
      return { kind: 'damage', path, position, what, remedy }
    }
    for await (const found of batchesIn(file, sizeInBytes)) {
      if (found.kind === 'stop') yield refuse(found.position, found.what)
      else yield* dumpBatch(found, { path, baseOffset, progress, refuse, ...options })
    }
    yield* dumpEnd(progress, sizeInBytes)
  } finally {
    await file.close()
  }
}

interface BatchContext {
  readonly path: string
  readonly baseOffset: number
  readonly progress: Progress
  readonly refuse: (position: number, what: string) => DamageEntry
  readonly records: boolean
  readonly topic: string
}

function* dumpBatch(found: FoundBatch, context: BatchContext): Generator<DumpEntry> {
  const { progress, refuse, path, topic } = context
  const { position } = found
  const header = found.magic === 2 ? describeBatch(found) : describeLegacy(found)
  const faults = batchFaults(header, context.baseOffset, progress)
  progress.batches += 1
  if (header.magic < 2) progress.hasLegacy = true
  yield header
  for (const fault of faults) yield refuse(position, fault)
  if (faults.length === 0) {
    if (progress.cut !== undefined) progress.lostBatches += 1
    progress.nextOffset = header.lastOffset + 1
    const { partitionLeaderEpoch, baseOffset } = header
    if (progress.epochs.epochAt(baseOffset) !== partitionLeaderEpoch) {
      progress.epochs.assign(partitionLeaderEpoch, baseOffset)
    }
  }
  if (!header.hasValidChecksum || !context.records) {
    progress.records += Math.max(header.recordCount, 0)
    return
  }
  const { records, fault } =
    found.magic === 2
      ? readRecords(found.batch)
      : readLegacyRecords(found.bytes, found.bytesPosition)
  progress.records += records.length
  yield* recordEntries(records, header.isControl, topic)
  const what = fault?.message ?? offsetFault(records, header)
  if (what === undefined) return
  const remedy =
    'A recovery keeps the batch, since its checksum is right: it was written like this. Consumers fail at it; ' +
    `they can go on at offset ${header.lastOffset + 1}.`
  yield { kind: 'damage', path, position, what, remedy }
}

/** The epochs that the partition's checkpoint knows; none where it cannot be read. */
async function epochsBeside(disk: Disk, path: string): Promise<LeaderEpochs> {
  const directory = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  const bytes = await disk.readFile(`${directory}${LEADER_EPOCH_CHECKPOINT}`)
  return new LeaderEpochs(parseEpochCheckpoint(bytes?.toString() ?? ''))
}

/** What a recovery refuses a batch for. */
function batchFaults(
  header: BatchEntry,
  baseOffset: number,
  { nextOffset, epochs }: Progress,
): string[] {
  const faults: string[] = []
  const { partitionLeaderEpoch } = header
  const knownEpoch = epochs.epochAt(header.baseOffset) ?? -1
  if (partitionLeaderEpoch >= 0 && partitionLeaderEpoch < knownEpoch) {
    const where = `The batch at offset ${header.baseOffset}`
    faults.push(`${where} has leader epoch ${partitionLeaderEpoch}, but ${knownEpoch} has begun.`)
  }
  const offsets = `of offsets ${header.baseOffset} to ${header.lastOffset}`
  if (!header.hasValidChecksum) {
    faults.push(
      `The checksum of the batch ${offsets} is not ${hex(header.crc)}, as its header says.`,
    )
  }
  if (header.baseOffset < nextOffset) {
    const expected =
      nextOffset === baseOffset ? `the segment begins at ${baseOffset}` : `${nextOffset} is next`
    faults.push(`The batch begins at offset ${header.baseOffset}, but ${expected}.`)
  }
  if (header.lastOffsetDelta < 0) {
    faults.push(`The batch ends at ${header.lastOffset}, before it begins at ${header.baseOffset}.`)
  }
  if (header.lastOffset - baseOffset > MAX_RELATIVE_OFFSET) {
    faults.push(`Offset ${header.lastOffset} is beyond what the segment's indexes can hold.`)
  }
  return faults
}

/** What is wrong with the offsets of records in a batch that is whole. */
function offsetFault(
  records: readonly { readonly offset: number }[],
  header: BatchEntry,
): string | undefined {
  let previous = header.baseOffset - 1
  for (const { offset } of records) {
    if (offset <= previous || offset > header.lastOffset) {
      return `Record offset ${offset} does not follow ${previous} in a batch that ends at ${header.lastOffset}.`
    }
    previous = offset
  }
  return undefined
}

function describeBatch({ batch, position }: FoundBatch): BatchEntry {
  const horizon = batch.hasDeleteHorizon ? { deleteHorizonMs: batch.baseTimestamp } : {}
  return { kind: 'batch', position, ...headerOf(batch), ...horizon }
}

function headerOf(batch: RecordBatch): Omit<BatchEntry, 'kind' | 'position'> {
  return {
    magic: batch.magic,
    baseOffset: batch.baseOffset,
    lastOffset: batch.lastOffset,
    sizeInBytes: batch.sizeInBytes,
    recordCount: batch.recordCount,
    partitionLeaderEpoch: batch.partitionLeaderEpoch,
    crc: batch.crc,
    hasValidChecksum: batch.verifyChecksum(),
    attributes: batch.attributes,
    compression: batch.compression ?? 'unknown',
    timestampType: batch.timestampType,
    isTransactional: batch.isTransactional,
    isControl: batch.isControl,
    lastOffsetDelta: batch.lastOffsetDelta,
    baseTimestamp: batch.baseTimestamp,
    maxTimestamp: batch.maxTimestamp,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    lastSequence: batch.lastSequence,
  }
}

function describeLegacy({ bytes, bytesPosition, position }: FoundBatch): BatchEntry {
  const message = new LegacyMessage(bytes, bytesPosition)
  const { records } = readLegacyRecords(bytes, bytesPosition)
  const { offset: lastOffset, timestamp } = message
  // A wrapper has the offset of its last message.
  const baseOffset = records[0]?.offset ?? lastOffset
  return {
    kind: 'batch',
    position,
    magic: message.magic,
    baseOffset,
    lastOffset,
    sizeInBytes: message.sizeInBytes,
    recordCount: records.length,
    partitionLeaderEpoch: -1,
    crc: message.crc,
    hasValidChecksum: message.verifyChecksum(),
    attributes: message.attributes,
    compression: message.compression ?? 'unknown',
    timestampType: message.timestampType,
    isTransactional: false,
    isControl: false,
    lastOffsetDelta: lastOffset - baseOffset,
    baseTimestamp: records[0]?.timestamp ?? timestamp,
    maxTimestamp: timestamp,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    lastSequence: -1,
  }
}

function* dumpEnd(progress: Progress, sizeInBytes: number): Generator<DumpEntry> {
  const { cut, batches, records, nextOffset, lostBatches } = progress
  if (progress.hasLegacy) {
    const text =
      'Messages of magic 0 and 1 are shown here; a broker of Samsa serves segments from magic 2 on only.'
    yield { kind: 'note', text }
  }
  if (cut !== undefined && lostBatches > 0) {
    const text =
      `${lostBatches} batches behind byte ${cut.position} look whole, up to offset ${nextOffset - 1}; a recovery ` +
      'throws them away. If another replica has them, let this one follow it.'
    yield { kind: 'note', text }
  }
  yield {
    kind: 'log-end',
    batches,
    records,
    validBytes: cut?.position ?? sizeInBytes,
    endOffset: cut?.endOffset ?? nextOffset,
  }
}

function hex(crc: number): string {
  return `0x${crc.toString(16).padStart(8, '0')}`
}
