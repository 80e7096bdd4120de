// Bodies of the requests that the client makes, and of the lists inside a multi. Names and order of the fields are those
// of ZooKeeper's record definitions.

import type { ByteWriter } from '../bytes/byte-writer.ts'
import type { Operation } from '../coordination.ts'
import { ALL_PERMISSIONS, ANY_WATCH, EPHEMERAL, Opcode } from './protocol-numbers.ts'
import { PERSISTENT_RECURSIVE } from './protocol-numbers.ts'

/** Who may do anything with the nodes that this client creates. */
export type NodeAccess =
  /** Everybody. */
  | 'anyone'
  /** Whoever has presented the credentials of the creating session. */
  | 'creator'

/** A request but for its header. */
export interface Request {
  readonly opcode: number
  write(writer: ByteWriter): void
}

/** Greets the server; `sessionId` and `password` are those of the session to resume. */
export function writeConnect(
  writer: ByteWriter,
  session: { lastZxid: number; timeoutMs: number; sessionId: string; password: Buffer },
): void {
  const { lastZxid, timeoutMs, sessionId, password } = session
  writer.int32(0).safeInteger(lastZxid).int32(timeoutMs).identifier(sessionId).bytes(password)
  writer.bool(false)
}

/** A request that names a path and, if asked, a flag that sets no watch. */
export function pathRequest(opcode: number, path: string): Request {
  const hasWatchFlag = opcode !== Opcode.sync
  return {
    opcode,
    write: (writer) => {
      writer.string(path)
      if (hasWatchFlag) writer.bool(false)
    },
  }
}

/** Arms a persistent recursive watch. */
export function addWatchRequest(path: string): Request {
  return {
    opcode: Opcode.addWatch,
    write: (writer) => void writer.string(path).int32(PERSISTENT_RECURSIVE),
  }
}

/** Disarms every watch of this session at exactly this path. */
export function removeWatchesRequest(path: string): Request {
  return {
    opcode: Opcode.removeWatches,
    write: (writer) => void writer.string(path).int32(ANY_WATCH),
  }
}

/** Arms the persistent recursive watches of a session again after it has moved to another connection. */
export function setWatchesRequest(lastZxid: number, paths: readonly string[]): Request {
  return {
    opcode: Opcode.setWatches2,
    write: (writer) => {
      writer.safeInteger(lastZxid)
      // Data, exists, child and persistent watches: there are none.
      for (let i = 0; i < 4; i++) writer.int32(0)
      writer.int32(paths.length)
      for (const path of paths) writer.string(path)
    },
  }
}

/** Ends the session. */
export const closeSessionRequest: Request = { opcode: Opcode.closeSession, write: () => {} }

/** Presents the credentials `user:password` under the scheme 'digest'. */
export function digestRequest(credentials: string): Request {
  return {
    opcode: Opcode.auth,
    write: (writer) => void writer.int32(0).string('digest').bytes(Buffer.from(credentials)),
  }
}

/** Reads of `opcode` (getData or getChildren) as of one point in time. */
export function multiReadRequest(opcode: number, paths: readonly string[]): Request {
  return {
    opcode: Opcode.multiRead,
    write: (writer) => {
      for (const path of paths) {
        writeMultiHeader(writer, opcode)
        writer.string(path).bool(false)
      }
      endMulti(writer)
    },
  }
}

/** All operations or none. Paths are the server's. */
export function multiRequest(operations: readonly Operation[], access: NodeAccess): Request {
  return {
    opcode: Opcode.multi,
    write: (writer) => {
      for (const operation of operations) writeOperation(writer, operation, access)
      endMulti(writer)
    },
  }
}

function writeOperation(writer: ByteWriter, operation: Operation, access: NodeAccess): void {
  const { path } = operation
  switch (operation.kind) {
    case 'create':
      writeMultiHeader(writer, Opcode.create2)
      writer.string(path).bytes(operation.data)
      writer.int32(1).int32(ALL_PERMISSIONS)
      if (access === 'anyone') writer.string('world').string('anyone')
      else writer.string('auth').string('')
      writer.int32(operation.ephemeral === true ? EPHEMERAL : 0)
      return
    case 'set':
      writeMultiHeader(writer, Opcode.setData)
      writer.string(path).bytes(operation.data).int32(operation.version)
      return
    case 'delete':
      writeMultiHeader(writer, Opcode.delete)
      writer.string(path).int32(operation.version)
      return
    case 'check':
      writeMultiHeader(writer, Opcode.check)
      writer.string(path).int32(operation.version)
  }
}

function writeMultiHeader(writer: ByteWriter, opcode: number): void {
  writer.int32(opcode).bool(false).int32(-1)
}

function endMulti(writer: ByteWriter): void {
  writer.int32(Opcode.error).bool(true).int32(-1)
}
