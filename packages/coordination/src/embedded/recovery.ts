// Opening a store's directory: the newest snapshot, then every transaction of the journal after it.
//
// Invariants: nothing that was acknowledged is given up. Only the last batch of the last segment may be cut off, and
// only if it can be what an interrupted write left; any other damage is a `WorldError` that names the file, and then
// nothing has been changed. What was read is on the medium before anybody acts upon it: the process before this one
// may have died between a write and its sync.

import type { RecordCursor } from '@samsa/protocol'
import { type Disk, type DiskFile, type Logger, WorldError } from '@samsa/world'
import { Stage } from '../tree/stage.ts'
import { Tree } from '../tree/tree.ts'
import { type BatchScan, hasBatchAfter, scanBatches } from './batches.ts'
import { ByteReader } from '../bytes/byte-reader.ts'
import { journalName, snapshotName, storeFiles } from './file-names.ts'
import { Journal } from './journal.ts'
import { readSnapshot } from './snapshot.ts'
import { readTransaction } from './transaction-format.ts'

/** A store's state as found. */
export interface Recovered {
  readonly tree: Tree
  readonly journal: Journal
  /** Bytes of the journal that were read: what the next snapshot would save. */
  readonly journalBytes: number
  /** Bytes of the snapshot, 0 if there is none. */
  readonly snapshotBytes: number
}

/** Reads the store in `directory`, which exists. */
export async function recover(disk: Disk, directory: string, logger: Logger): Promise<Recovered> {
  const files = storeFiles(await disk.list(directory))
  const { tree, snapshotBytes } = await newestSnapshot(disk, directory, files.snapshots)
  const snapshotZxid = tree.zxid
  const coveredBy = files.journals.filter((first) => first <= snapshotZxid + 1).slice(0, -1)
  const candidates = files.journals.slice(coveredBy.length)
  const replayed = await replay(disk, directory, candidates, tree)
  // A crash may have kept an old segment whose successors, covered by the snapshot as well, were removed. And before the
  // first transaction, a segment does not say whether the names that lead to it are on the medium: it is begun again.
  const isOld = replayed.nextZxid <= snapshotZxid || tree.zxid === 0
  const covered = isOld ? files.journals : coveredBy
  const segments = isOld ? [] : candidates
  const last = segments.at(-1)
  const file =
    last === undefined ? undefined : await openLast(disk, directory, last, replayed, logger)
  const obsolete = [
    ...files.unfinished,
    ...files.snapshots.slice(0, -1).map(snapshotName),
    ...covered.map(journalName),
  ]
  // The names that replace them must be on the medium before the old ones go.
  if (file !== undefined || snapshotZxid > 0) await disk.syncDirectory(directory)
  for (const name of obsolete) await disk.unlink(`${directory}/${name}`)
  const sizeInBytes = file === undefined ? 0 : replayed.lastBytes
  const journal = new Journal(disk, directory, { segments, file, sizeInBytes })
  return { tree, journal, journalBytes: replayed.bytes, snapshotBytes }
}

async function newestSnapshot(
  disk: Disk,
  directory: string,
  snapshots: readonly number[],
): Promise<{ tree: Tree; snapshotBytes: number }> {
  const zxid = snapshots.at(-1)
  if (zxid === undefined) return { tree: new Tree(), snapshotBytes: 0 }
  const path = `${directory}/${snapshotName(zxid)}`
  const bytes = await contentOf(disk, path)
  return { tree: readSnapshot(path, bytes, zxid), snapshotBytes: bytes.length }
}

interface Replayed {
  /** The transaction that the last segment expects next. */
  readonly nextZxid: number
  /** Bytes of all segments. */
  readonly bytes: number
  /** Valid bytes of the last segment. */
  readonly lastBytes: number
  /** Why the last segment does not end there. */
  readonly torn: string | undefined
}

async function replay(
  disk: Disk,
  directory: string,
  segments: readonly number[],
  tree: Tree,
): Promise<Replayed> {
  const reader = new ByteReader()
  let expected = tree.zxid + 1
  let bytesRead = 0
  let lastBytes = 0
  let torn: string | undefined
  for (const [i, first] of segments.entries()) {
    const path = `${directory}/${journalName(first)}`
    if (first > expected || (i > 0 && first < expected)) {
      const missing = `${directory}/${journalName(expected)}`
      throw new WorldError('io', missing, `The coordination journal lacks ${missing}.`)
    }
    const bytes = await contentOf(disk, path)
    const scan = scanBatches(bytes, first, (record) => {
      return record.offset <= tree.zxid || applyNext(tree, reader, record)
    })
    const isLast = i === segments.length - 1
    if (scan.damage !== undefined) {
      const isTail = isLast && scan.damage.isTorn && !isFollowed(bytes, scan)
      if (!isTail) throw damaged(path, scan)
      torn = scan.damage.message
    }
    expected = scan.nextOffset
    bytesRead += scan.validBytes
    lastBytes = scan.validBytes
  }
  return { nextZxid: expected, bytes: bytesRead, lastBytes, torn }
}

function isFollowed(bytes: Buffer, scan: BatchScan): boolean {
  return hasBatchAfter(bytes, scan.validBytes, scan.nextOffset)
}

function applyNext(tree: Tree, reader: ByteReader, record: RecordCursor): boolean {
  const { bytes, valuePosition, valueLength } = record
  const transaction = readTransaction(
    reader.over(bytes, valuePosition, valuePosition + valueLength),
  )
  if (transaction === undefined) return false
  const stage = new Stage(tree)
  const { changes } = stage.apply(transaction)
  if (stage.zxid === tree.zxid) return false
  tree.commit(stage.zxid, changes)
  return true
}

async function openLast(
  disk: Disk,
  directory: string,
  first: number,
  { lastBytes, torn }: Replayed,
  logger: Logger,
): Promise<DiskFile> {
  const path = `${directory}/${journalName(first)}`
  const file = await disk.open(path, 'update')
  if (torn !== undefined) {
    const fields = { path, validBytes: lastBytes, reason: torn }
    logger.warn(fields, 'The end of the coordination journal was not finished and is cut off.')
  }
  try {
    if (torn !== undefined) await file.truncate(lastBytes)
    await file.sync()
  } catch (error) {
    await file.close()
    throw error
  }
  return file
}

async function contentOf(disk: Disk, path: string): Promise<Buffer> {
  const bytes = await disk.readFile(path)
  if (bytes === undefined) throw new WorldError('not-found', path, `${path} has disappeared.`)
  return bytes
}

function damaged(path: string, scan: BatchScan): WorldError {
  const { position, message } = scan.damage ?? { position: 0, message: 'unreadable' }
  const where = `${message}, ${position} bytes into it`
  const text = `The coordination journal ${path} is damaged: ${where}. Nothing was changed.`
  return new WorldError('io', path, text)
}
