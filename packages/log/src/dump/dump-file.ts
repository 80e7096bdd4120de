// Any file of a log directory, told entry by entry. The name says what a file is, as it does for the broker.
//
// Logs are read in steps of a megabyte or one batch, whichever is more; the other files are read whole, as the broker
// does: an index has its `segment.index.bytes`, a snapshot 46 bytes for each producer.

import { type Disk, WorldError } from '@samsa/world'
import {
  CLEAN_SHUTDOWN,
  META_PROPERTIES,
  PARTITION_METADATA,
} from '../checkpoints/directory-files.ts'
import { checkpointNames, LEADER_EPOCH_CHECKPOINT } from '../checkpoints/offset-checkpoint.ts'
import { parsePartitionDirectory } from '../directories/partition-name.ts'
import { parseSegmentFileName, type SegmentFileKind } from '../segments/file-names.ts'
import { dumpCheckpoint } from './dump-checkpoint.ts'
import type { DumpEntry, DumpKind } from './dump-entry.ts'
import { dumpLog } from './dump-log.ts'
import { dumpOffsetIndex } from './dump-offset-index.ts'
import { dumpSnapshot } from './dump-snapshot.ts'
import { dumpTimeIndex } from './dump-time-index.ts'
import { dumpTransactionIndex } from './dump-transaction-index.ts'

/** What to tell of a file. */
export interface DumpOptions {
  /** Whether the records in batches are told, and looked into, too. Default true. */
  readonly records?: boolean
  /** The topic whose records these are; default: what the file's directory says. */
  readonly topic?: string
}

const segmentKinds: Readonly<Record<SegmentFileKind, DumpKind>> = {
  log: 'log',
  index: 'offset-index',
  timeindex: 'time-index',
  txnindex: 'transaction-index',
  snapshot: 'producer-snapshot',
}

const textKinds: ReadonlyMap<string, DumpKind> = new Map<string, DumpKind>([
  [LEADER_EPOCH_CHECKPOINT, 'leader-epochs'],
  [PARTITION_METADATA, 'partition-metadata'],
  [META_PROPERTIES, 'meta-properties'],
  [CLEAN_SHUTDOWN, 'clean-shutdown'],
  ...Object.values(checkpointNames).map((name): [string, DumpKind] => [name, 'offset-checkpoint']),
])

/** What the name of a file says that it holds; `undefined` for files that are none of a log directory's. */
export function dumpKindOf(path: string): DumpKind | undefined {
  const { name } = split(path)
  const segment = parseSegmentFileName(name)
  return segment === undefined ? textKinds.get(name) : segmentKinds[segment.kind]
}

/**
 * Tells what is in a file, and what is wrong with it: indexes are held against the log beside them. Damage is an entry;
 * a `WorldError` is thrown for a file that cannot be read or whose name says nothing.
 */
export async function* dumpEntries(
  disk: Disk,
  path: string,
  options: DumpOptions = {},
): AsyncGenerator<DumpEntry, void, undefined> {
  const contents = dumpKindOf(path)
  if (contents === undefined) {
    throw new WorldError('other', path, `${path} is not a file of a log directory`)
  }
  const { directory, name } = split(path)
  const entry = await disk.stat(path)
  if (entry?.kind !== 'file') {
    const why = entry === undefined ? 'does not exist' : 'is a directory'
    throw new WorldError(entry === undefined ? 'not-found' : 'other', path, `${path} ${why}`)
  }
  const segment = parseSegmentFileName(name)
  const sizeInBytes = entry.size
  if (segment === undefined) {
    yield { kind: 'file', path, contents, sizeInBytes }
    yield* dumpCheckpoint(disk, { path, name, contents })
    return
  }
  const baseOffset = segment.offset
  yield { kind: 'file', path, contents, sizeInBytes, baseOffset }
  const logPath = path.replace(/\.(?:index|timeindex|txnindex)(?=$|\.)/, '.log')
  const file = { path, baseOffset, logPath }
  switch (contents) {
    case 'offset-index':
      yield* dumpOffsetIndex(disk, file)
      return
    case 'time-index':
      yield* dumpTimeIndex(disk, file)
      return
    case 'transaction-index':
      yield* dumpTransactionIndex(disk, file)
      return
    case 'producer-snapshot':
      yield* dumpSnapshot(disk, file)
      return
    default:
      yield* dumpLog(disk, file, {
        records: options.records ?? true,
        topic: options.topic ?? topicOf(directory),
      })
  }
}

function split(path: string): { directory: string; name: string } {
  const at = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))
  return { directory: path.slice(0, Math.max(at, 0)), name: path.slice(at + 1) }
}

function topicOf(directory: string): string {
  const { name } = split(directory)
  return parsePartitionDirectory(name)?.topic ?? name
}
