// Bodies of the replies that the client reads. Each function gives `undefined` for bytes that are not such a body.

import { ByteReader } from '../bytes/byte-reader.ts'
import type { MultiFailure, Node, NodeStat, Operation } from '../coordination.ts'
import { ErrorCode, NO_SESSION, Opcode } from './protocol-numbers.ts'

/** The answer to a greeting. */
export interface Greeting {
  /** What the server grants; 0 or less when the session has expired. */
  readonly timeoutMs: number
  readonly sessionId: string
  readonly password: Buffer
}

/** What comes of a multi: the stats in order, or the first operation that failed and its error code. */
export type MultiReply =
  | { readonly ok: true; readonly stats: readonly (NodeStat | undefined)[] }
  | { readonly ok: false; readonly errorCode: number; readonly index: number }

const failures: ReadonlyMap<number, MultiFailure> = new Map([
  [ErrorCode.noNode, 'no-node'],
  [ErrorCode.badVersion, 'bad-version'],
  [ErrorCode.nodeExists, 'node-exists'],
  [ErrorCode.notEmpty, 'not-empty'],
  [ErrorCode.noChildrenForEphemerals, 'ephemeral-parent'],
])

/** The failure that an error code stands for, if it is one of a condition. */
export function failureOf(errorCode: number): MultiFailure | undefined {
  return failures.get(errorCode)
}

/** Reads the answer to a greeting; servers before 3.4 leave the last field out. */
export function readGreeting(frame: Buffer): Greeting | undefined {
  const reader = new ByteReader().over(frame)
  reader.int32()
  const timeoutMs = reader.int32()
  const sessionId = reader.identifier()
  const password = reader.bytes()
  return reader.isWhole ? { timeoutMs, sessionId, password } : undefined
}

/** Reads a node. */
export function readNode(path: string, body: Buffer): Node | undefined {
  const reader = new ByteReader().over(body)
  const node = nodeFrom(path, reader)
  return reader.isWhole ? node : undefined
}

/** Reads names of children, sorted. */
export function readChildren(body: Buffer): string[] | undefined {
  const reader = new ByteReader().over(body)
  const names = strings(reader)
  return reader.isWhole ? names.toSorted() : undefined
}

/** Reads the nodes of a multiRead; `undefined` among them for a node that is not there. */
export function readNodes(
  paths: readonly string[],
  body: Buffer,
): (Node | undefined)[] | undefined {
  return readResults(body, paths.length, (reader, index) => nodeFrom(paths[index] ?? '', reader))
}

/** Reads the children of a multiRead, each list sorted; `undefined` among them as in `readNodes`. */
export function readChildrenLists(
  count: number,
  body: Buffer,
): (readonly string[] | undefined)[] | undefined {
  return readResults(body, count, (reader) => strings(reader).toSorted())
}

/**
 * Reads what came of the operations of a multi that was committed, if it was, as `zxid` by `sessionId`. Servers tell no
 * stat of a node that a multi created; what it must be follows from the rest.
 */
export function readMulti(
  operations: readonly Operation[],
  { zxid, sessionId }: { readonly zxid: number; readonly sessionId: string },
  body: Buffer,
): MultiReply | undefined {
  const reader = new ByteReader().over(body)
  const stats: (NodeStat | undefined)[] = []
  let failed: { errorCode: number; index: number } | undefined
  for (const [index, operation] of operations.entries()) {
    const type = reader.int32()
    const isEnd = reader.bool()
    reader.int32()
    if (isEnd || !reader.isWhole) return undefined
    if (type === Opcode.error) {
      // Operations before the one that failed carry 0, those after it a code of no interest.
      const errorCode = reader.int32()
      if (errorCode !== ErrorCode.ok) failed ??= { errorCode, index }
      continue
    }
    if (type === Opcode.create || type === Opcode.create2) reader.string()
    if (type === Opcode.create2 || type === Opcode.setData) {
      stats.push(statFrom(reader))
    } else if (operation.kind === 'create') {
      const ephemeralOwner = operation.ephemeral === true ? sessionId : ''
      const zxids = { createdZxid: zxid, modifiedZxid: zxid }
      stats.push({ ...zxids, version: 0, ephemeralOwner, childCount: 0 })
    } else {
      stats.push(undefined)
    }
  }
  if (!reader.isWhole) return undefined
  if (failed !== undefined) return { ok: false, ...failed }
  return stats.length === operations.length ? { ok: true, stats } : undefined
}

function readResults<T>(
  body: Buffer,
  count: number,
  read: (reader: ByteReader, index: number) => T,
): (T | undefined)[] | undefined {
  const reader = new ByteReader().over(body)
  const results: (T | undefined)[] = []
  for (let index = 0; index < count; index++) {
    const type = reader.int32()
    const isEnd = reader.bool()
    reader.int32()
    if (isEnd || !reader.isWhole) return undefined
    if (type !== Opcode.error) results.push(read(reader, index))
    else if (reader.int32() === ErrorCode.noNode) results.push(undefined)
    else return undefined
  }
  return reader.isWhole ? results : undefined
}

function nodeFrom(path: string, reader: ByteReader): Node {
  const data = reader.bytes()
  return { path, data, stat: statFrom(reader) }
}

function statFrom(reader: ByteReader): NodeStat {
  const createdZxid = reader.safeInteger()
  const modifiedZxid = reader.safeInteger()
  // Times of creation and modification.
  reader.identifier()
  reader.identifier()
  const version = reader.int32()
  // Versions of the children and of the access list.
  reader.int32()
  reader.int32()
  const owner = reader.identifier()
  // Length of the data.
  reader.int32()
  const childCount = reader.int32()
  // Last transaction among the children.
  reader.identifier()
  const ephemeralOwner = owner === NO_SESSION ? '' : owner
  return { createdZxid, modifiedZxid, version, ephemeralOwner, childCount }
}

function strings(reader: ByteReader): string[] {
  const names: string[] = []
  const count = reader.int32()
  for (let i = 0; i < count && reader.isWhole; i++) names.push(reader.string())
  return names
}
