// A snapshot: the whole tree as of one transaction, so that the journal before it is not needed any more.
//
// The file is a row of record batches with offsets from 0. Parents come before their children. Each record is a node:
//
//   key      path, UTF-8
//   value    format           uint8  0
//            createdZxid      int64
//            modifiedZxid     int64
//            version          int32
//            childCount       int32
//            ephemeralOwner   string (int32 length, UTF-8)
//            data             bytes  (int32 length)
//
// The last record has a null key and says what must have come before it: zxid int64, number of nodes int32.
//
// Invariant: a file with a snapshot's final name is whole and synced. It is written under another name first, and
// what it replaces is removed only when its name is on the medium.

import { BatchBuilder } from '@samsa/protocol'
import { type Disk, type DiskFile, WorldError } from '@samsa/world'
import type { Node, NodeStat } from '../coordination.ts'
import { Tree } from '../tree/tree.ts'
import { scanBatches } from './batches.ts'
import { ByteReader } from '../bytes/byte-reader.ts'
import { ByteWriter } from '../bytes/byte-writer.ts'
import { snapshotName, unfinishedSnapshotName } from './file-names.ts'

const FORMAT = 0
/** How much is encoded between two writes: others have the event loop in between. */
const BATCH_BYTES = 128 * 1024

/** Writes `nodes`, the state after transaction `zxid`; resolves to the file's bytes once it is there to stay. */
export async function writeSnapshot(
  disk: Disk,
  directory: string,
  zxid: number,
  nodes: readonly Node[],
  nowMs: number,
): Promise<number> {
  const path = `${directory}/${unfinishedSnapshotName(zxid)}`
  const file = await disk.open(path, 'truncate')
  let size: number
  try {
    size = await writeNodes(file, zxid, nodes, nowMs)
    await file.sync()
  } finally {
    await file.close()
  }
  await disk.rename(path, `${directory}/${snapshotName(zxid)}`)
  await disk.syncDirectory(directory)
  return size
}

/** Reads the snapshot of transaction `zxid`. Anything but a whole one is a `WorldError` of kind 'io'. */
export function readSnapshot(path: string, bytes: Buffer, zxid: number): Tree {
  const tree = new Tree()
  const reader = new ByteReader()
  let count = 0
  let isComplete = false
  const scan = scanBatches(bytes, 0, (record) => {
    const { keyPosition, keyLength, valuePosition, valueLength } = record
    if (isComplete || valueLength < 0) return false
    reader.over(record.bytes, valuePosition, valuePosition + valueLength)
    if (keyLength < 0) {
      isComplete = reader.safeInteger() === zxid && reader.int32() === count && reader.isFinished
      return isComplete
    }
    count += 1
    const path = record.bytes.toString('utf8', keyPosition, keyPosition + keyLength)
    return restoreNode(tree, path, reader, zxid)
  })
  if (scan.damage !== undefined) {
    const { position, message } = scan.damage
    throw damaged(path, `${message}, ${position} bytes into it`)
  }
  if (!isComplete) throw damaged(path, 'its last record is missing')
  if (!tree.isConsistent()) throw damaged(path, 'a parent does not fit its children')
  return tree
}

async function writeNodes(
  file: DiskFile,
  zxid: number,
  nodes: readonly Node[],
  nowMs: number,
): Promise<number> {
  const builder = new BatchBuilder(BATCH_BYTES * 2)
  const value = new ByteWriter()
  let offset = 0
  let position = 0
  const flush = async (): Promise<void> => {
    const batch = builder.build({ baseOffset: offset, partitionLeaderEpoch: 0 })
    await file.write(batch, position)
    position += batch.length
    offset += builder.recordCount
    builder.reset()
  }
  for (const node of nodes) {
    builder.append(nowMs, Buffer.from(node.path), nodeValue(value.reset(), node))
    if (builder.sizeInBytes >= BATCH_BYTES) await flush()
  }
  builder.append(nowMs, null, value.reset().safeInteger(zxid).int32(nodes.length).written)
  await flush()
  return position
}

function nodeValue(writer: ByteWriter, { data, stat }: Node): Buffer {
  return writer
    .uint8(FORMAT)
    .safeInteger(stat.createdZxid)
    .safeInteger(stat.modifiedZxid)
    .int32(stat.version)
    .int32(stat.childCount)
    .string(stat.ephemeralOwner)
    .bytes(data).written
}

function restoreNode(tree: Tree, path: string, reader: ByteReader, zxid: number): boolean {
  const format = reader.uint8()
  const stat: NodeStat = {
    createdZxid: reader.safeInteger(),
    modifiedZxid: reader.safeInteger(),
    version: reader.int32(),
    childCount: reader.int32(),
    ephemeralOwner: reader.string(),
  }
  const data = reader.bytes()
  if (format !== FORMAT || !reader.isFinished) return false
  tree.restore({ path, data, stat }, zxid)
  return true
}

function damaged(path: string, what: string): WorldError {
  const message = `The coordination snapshot ${path} is damaged: ${what}. Nothing was changed.`
  return new WorldError('io', path, message)
}
