// A transaction as the journal keeps it: the value of one record, whose offset is the zxid.
//
//   format   uint8   0
//   kind     uint8   0 multi, 1 end-session, 2 end-all-sessions
//   session  string  (int32 length, UTF-8); '' for end-all-sessions
//   count    int32   operations, 0 but for a multi
//   each:    kind    uint8   0 create, 1 create ephemeral, 2 set, 3 delete, 4 check
//            path    string
//            version int32   not for a create
//            data    bytes   (int32 length) for create and set only

import type { Operation } from '../coordination.ts'
import type { Transaction } from '../tree/transaction.ts'
import type { ByteReader } from '../bytes/byte-reader.ts'
import type { ByteWriter } from '../bytes/byte-writer.ts'

const FORMAT = 0
const MULTI = 0
const END_SESSION = 1
const END_ALL_SESSIONS = 2
const CREATE = 0
const CREATE_EPHEMERAL = 1
const SET = 2
const DELETE = 3
const CHECK = 4

/** Writes a transaction into `writer`, which it resets. */
export function writeTransaction(writer: ByteWriter, transaction: Transaction): Buffer {
  writer.reset().uint8(FORMAT)
  switch (transaction.kind) {
    case 'multi':
      writer.uint8(MULTI).string(transaction.sessionId).int32(transaction.operations.length)
      for (const operation of transaction.operations) writeOperation(writer, operation)
      return writer.written
    case 'end-session':
      return writer.uint8(END_SESSION).string(transaction.sessionId).int32(0).written
    case 'end-all-sessions':
      return writer.uint8(END_ALL_SESSIONS).string('').int32(0).written
  }
}

/** Reads a transaction; its data is copied. `undefined` when the bytes are not one. */
export function readTransaction(reader: ByteReader): Transaction | undefined {
  const format = reader.uint8()
  const kind = reader.uint8()
  const sessionId = reader.string()
  const count = reader.int32()
  if (format !== FORMAT || !reader.isWhole) return undefined
  const operations: Operation[] = []
  for (let i = 0; i < count; i++) {
    const operation = readOperation(reader)
    if (operation === undefined) return undefined
    operations.push(operation)
  }
  if (!reader.isFinished) return undefined
  switch (kind) {
    case MULTI:
      return { kind: 'multi', sessionId, operations }
    case END_SESSION:
      return { kind: 'end-session', sessionId }
    case END_ALL_SESSIONS:
      return { kind: 'end-all-sessions' }
    default:
      return undefined
  }
}

function writeOperation(writer: ByteWriter, operation: Operation): void {
  switch (operation.kind) {
    case 'create':
      writer.uint8(operation.ephemeral ? CREATE_EPHEMERAL : CREATE)
      writer.string(operation.path).bytes(operation.data)
      return
    case 'set':
      writer.uint8(SET).string(operation.path).int32(operation.version).bytes(operation.data)
      return
    case 'delete':
      writer.uint8(DELETE).string(operation.path).int32(operation.version)
      return
    case 'check':
      writer.uint8(CHECK).string(operation.path).int32(operation.version)
  }
}

function readOperation(reader: ByteReader): Operation | undefined {
  const kind = reader.uint8()
  const path = reader.string()
  const version = kind === CREATE || kind === CREATE_EPHEMERAL ? -1 : reader.int32()
  const data = kind === DELETE || kind === CHECK ? undefined : reader.bytes()
  if (!reader.isWhole) return undefined
  if (kind === DELETE) return { kind: 'delete', path, version }
  if (kind === CHECK) return { kind: 'check', path, version }
  if (data === undefined || kind > SET) return undefined
  if (kind === SET) return { kind: 'set', path, data, version }
  return { kind: 'create', path, data, ephemeral: kind === CREATE_EPHEMERAL }
}
