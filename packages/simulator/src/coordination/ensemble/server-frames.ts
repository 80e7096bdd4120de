// Frames as a ZooKeeper server reads and writes them: the other half of what the client does.

import type { Node, NodeStat, Operation } from '@samsa/coordination'
import {
  type ByteReader,
  ByteWriter,
  EPHEMERAL,
  NO_SESSION,
  Opcode,
  SpecialXid,
} from '@samsa/coordination/wire'

/** What an operation of a failed multi answers after the one that failed. */
const RUNTIME_INCONSISTENCY = -2

/** The answer to a greeting; a timeout of 0 says that the session has expired. */
export function greetingFrame(timeoutMs: number, sessionId: string): Buffer {
  return frame((writer) => {
    writer.int32(0).int32(timeoutMs).identifier(sessionId).bytes(Buffer.alloc(16)).bool(false)
  })
}

/** The answer to a request. */
export function replyFrame(
  xid: number,
  zxid: number,
  errorCode: number,
  write: (writer: ByteWriter) => void = () => {},
): Buffer {
  return frame((writer) => {
    writer.int32(xid).safeInteger(zxid).int32(errorCode)
    if (errorCode === 0) write(writer)
  })
}

/** A watch's event. */
export function eventFrame(type: number, path: string): Buffer {
  return frame((writer) => {
    writer.int32(SpecialXid.notification).safeInteger(-1).int32(0)
    writer.int32(type).int32(3).string(path)
  })
}

/** Reads the operations of a multi. */
export function readOperations(reader: ByteReader): Operation[] {
  const operations: Operation[] = []
  for (;;) {
    const opcode = reader.int32()
    const isEnd = reader.bool()
    reader.int32()
    if (isEnd || !reader.isWhole) return operations
    const path = reader.string()
    if (opcode === Opcode.create2) {
      const data = reader.bytes()
      for (let left = reader.int32(); left > 0; left--) {
        reader.int32()
        reader.string()
        reader.string()
      }
      operations.push({ kind: 'create', path, data, ephemeral: reader.int32() === EPHEMERAL })
    } else if (opcode === Opcode.setData) {
      operations.push({ kind: 'set', path, data: reader.bytes(), version: reader.int32() })
    } else {
      const kind = opcode === Opcode.delete ? 'delete' : 'check'
      operations.push({ kind, path, version: reader.int32() })
    }
  }
}

/** Reads what a multiRead asks for. */
export function readPaths(reader: ByteReader): { opcode: number; path: string }[] {
  const reads: { opcode: number; path: string }[] = []
  for (;;) {
    const opcode = reader.int32()
    const isEnd = reader.bool()
    reader.int32()
    if (isEnd || !reader.isWhole) return reads
    reads.push({ opcode, path: reader.string() })
    reader.bool()
  }
}

/** Writes what came of a multi. */
export function writeResults(
  writer: ByteWriter,
  operations: readonly Operation[],
  stats: readonly (NodeStat | undefined)[],
  failed: { readonly index: number; readonly errorCode: number } | undefined,
): void {
  for (const [index, { kind, path }] of operations.entries()) {
    if (failed !== undefined) {
      const later = index > failed.index ? RUNTIME_INCONSISTENCY : 0
      const errorCode = index === failed.index ? failed.errorCode : later
      writer.int32(Opcode.error).bool(false).int32(errorCode).int32(errorCode)
      continue
    }
    // A real server tells no stat of what a multi has created.
    writer.int32(typeOf(kind)).bool(false).int32(0)
    if (kind === 'create') writer.string(path)
    const stat = stats[index]
    if (kind === 'set' && stat !== undefined) writeStat(writer, { data: Buffer.alloc(0), stat })
  }
  writer.int32(Opcode.error).bool(true).int32(-1)
}

/** Writes a node's data and stat. */
export function writeNode(writer: ByteWriter, node: Node): void {
  writer.bytes(node.data)
  writeStat(writer, node)
}

/** Writes a node's stat; what the client does not look at is 0. */
export function writeStat(writer: ByteWriter, { data, stat }: Pick<Node, 'data' | 'stat'>): void {
  writer.safeInteger(stat.createdZxid).safeInteger(stat.modifiedZxid)
  writer.safeInteger(0).safeInteger(0).int32(stat.version).int32(0).int32(0)
  writer.identifier(stat.ephemeralOwner === '' ? NO_SESSION : stat.ephemeralOwner)
  writer.int32(data.length).int32(stat.childCount).safeInteger(0)
}

function typeOf(kind: Operation['kind']): number {
  if (kind === 'create') return Opcode.create
  if (kind === 'set') return Opcode.setData
  return kind === 'delete' ? Opcode.delete : Opcode.check
}

function frame(write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter().int32(0)
  write(writer)
  const bytes = Buffer.from(writer.written)
  bytes.writeInt32BE(bytes.length - 4, 0)
  return bytes
}
