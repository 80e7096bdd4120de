// Reading any file of a log directory for people. What belongs to a segment is held against the `.log` file beside it.

import type { Disk } from '@samsa/world'
import { PARTITION_METADATA, parsePartitionMetadata } from '../checkpoints/directory-files.ts'
import { parseEpochCheckpoint, parseOffsetCheckpoint } from '../checkpoints/offset-checkpoint.ts'
import type { EpochStart } from '../epochs/leader-epochs.ts'
import { OffsetIndex } from '../indexes/offset-index.ts'
import { TimeIndex } from '../indexes/time-index.ts'
import { type AbortedTransaction, parseTransactionIndex } from '../indexes/transaction-index.ts'
import type { ProducerEntry } from '../producers/producer-entry.ts'
import { parseProducerSnapshot } from '../producers/producer-snapshot.ts'
import { parseSegmentFileName, segmentFileName } from '../segments/file-names.ts'
import { type DumpedLog, dumpLog } from './dump-log.ts'
import { verifyOffsetIndex, verifyTimeIndex } from './verify-indexes.ts'

/** A file taken apart; `problems` are sentences, none when all is well. */
export type DumpedFile =
  | ({ readonly kind: 'log' } & DumpedLog)
  | {
      readonly kind: 'index'
      readonly entries: readonly (readonly [offset: number, position: number])[]
      readonly problems: readonly string[]
    }
  | {
      readonly kind: 'timeindex'
      readonly entries: readonly (readonly [timestamp: number, offset: number])[]
      readonly problems: readonly string[]
    }
  | {
      readonly kind: 'txnindex'
      readonly aborted: readonly AbortedTransaction[]
      readonly problems: readonly string[]
    }
  | {
      readonly kind: 'snapshot'
      readonly producers: readonly ProducerEntry[]
      readonly problems: readonly string[]
    }
  | {
      readonly kind: 'leader-epochs'
      readonly epochs: readonly EpochStart[]
      readonly problems: readonly string[]
    }
  | {
      readonly kind: 'partition-metadata'
      readonly topicId: string
      readonly problems: readonly string[]
    }
  | {
      readonly kind: 'checkpoint'
      readonly offsets: readonly (readonly [partition: string, offset: number])[]
      readonly problems: readonly string[]
    }

/** Reads one file. `undefined` when there is none; a `WorldError` when the disk fails. */
export async function dumpFile(
  disk: Disk,
  path: string,
  options: { readonly deep: boolean } = { deep: false },
): Promise<DumpedFile | undefined> {
  const slash = path.lastIndexOf('/')
  const directory = slash < 0 ? '.' : path.slice(0, slash)
  const name = path.slice(slash + 1)
  const parsed = parseSegmentFileName(name)
  if (parsed?.kind === 'log') return await dumpLogFile(disk, path, parsed.offset, options.deep)
  const bytes = await disk.readFile(path)
  if (bytes === undefined) return undefined
  switch (parsed?.kind) {
    case 'index':
    case 'timeindex': {
      const logName = segmentFileName(parsed.offset, 'log', parsed.suffix)
      const log = await dumpLogFile(disk, `${directory}/${logName}`, parsed.offset, false)
      const dumped =
        parsed.kind === 'index'
          ? dumpOffsetIndex(new OffsetIndex(parsed.offset, bytes), log)
          : dumpTimeIndex(new TimeIndex(parsed.offset, bytes), log)
      if (log === undefined) dumped.problems.push(`There is no ${logName} beside it.`)
      return dumped
    }
    case 'txnindex': {
      const { aborted, damage } = parseTransactionIndex(bytes)
      return { kind: 'txnindex', aborted, problems: damage === undefined ? [] : [damage] }
    }
    case 'snapshot': {
      const producers = parseProducerSnapshot(bytes)
      return typeof producers === 'string'
        ? { kind: 'snapshot', producers: [], problems: [`The snapshot is damaged: ${producers}.`] }
        : { kind: 'snapshot', producers, problems: [] }
    }
    default:
      return dumpText(name, bytes.toString())
  }
}

async function dumpLogFile(
  disk: Disk,
  path: string,
  baseOffset: number,
  deep: boolean,
): Promise<({ readonly kind: 'log' } & DumpedLog) | undefined> {
  if ((await disk.stat(path)) === undefined) return undefined
  const file = await disk.open(path, 'read')
  try {
    return { kind: 'log', ...(await dumpLog(file, { baseOffset, deep })) }
  } finally {
    await file.close()
  }
}

function dumpOffsetIndex(
  index: OffsetIndex,
  log: DumpedLog | undefined,
): { kind: 'index'; entries: [number, number][]; problems: string[] } {
  const entries: [number, number][] = []
  for (let i = 0; i < index.count; i += 1) entries.push([index.offsetAt(i), index.positionAt(i)])
  const problems = log === undefined ? [] : verifyOffsetIndex(index, log.batches)
  return { kind: 'index', entries, problems }
}

function dumpTimeIndex(
  index: TimeIndex,
  log: DumpedLog | undefined,
): { kind: 'timeindex'; entries: [number, number][]; problems: string[] } {
  const entries: [number, number][] = []
  for (let i = 0; i < index.count; i += 1) entries.push([index.timestampAt(i), index.offsetAt(i)])
  const problems = log === undefined ? [] : verifyTimeIndex(index, log.batches)
  return { kind: 'timeindex', entries, problems }
}

function dumpText(name: string, text: string): DumpedFile {
  if (name === PARTITION_METADATA) {
    const topicId = parsePartitionMetadata(text)
    const problems = topicId === undefined ? ['This is no partition metadata.'] : []
    return { kind: 'partition-metadata', topicId: topicId ?? '', problems }
  }
  if (name.startsWith('leader-epoch')) {
    const epochs = parseEpochCheckpoint(text)
    const problems = epochs === undefined ? ['This is no leader-epoch checkpoint.'] : []
    return { kind: 'leader-epochs', epochs: epochs ?? [], problems }
  }
  const offsets = parseOffsetCheckpoint(text)
  const problems = offsets === undefined ? ['This is no file of a log that can be read.'] : []
  return { kind: 'checkpoint', offsets: [...(offsets ?? [])], problems }
}
