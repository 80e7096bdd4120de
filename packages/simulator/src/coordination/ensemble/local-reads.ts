// What a server answers from its own state, as far as it has come.

import { type ByteReader, type ByteWriter, ErrorCode, Opcode } from '@samsa/coordination/wire'
import type { ReplicatedState } from './replicated-state.ts'
import { readPaths, writeNode, writeStat } from './server-frames.ts'

/** What an answer is made of. */
export interface Answer {
  readonly errorCode: number
  readonly write?: (writer: ByteWriter) => void
}

/** An answer without a body. */
export const done: Answer = { errorCode: ErrorCode.ok }
const noNode: Answer = { errorCode: ErrorCode.noNode }
const unimplemented: Answer = { errorCode: -6 }

/** Answers a request that changes nothing. */
export function readLocally(
  state: ReplicatedState,
  watched: Set<string>,
  { opcode, reader }: { readonly opcode: number; readonly reader: ByteReader },
): Answer {
  switch (opcode) {
    case Opcode.getData:
      return getData(state, reader.string())
    case Opcode.getChildren2:
      return getChildren(state, reader.string())
    case Opcode.multiRead:
      return multiRead(state, readPaths(reader))
    case Opcode.addWatch:
      watched.add(reader.string())
      return done
    case Opcode.removeWatches:
      watched.delete(reader.string())
      return done
    case Opcode.setWatches2:
      rearm(watched, reader)
      return done
    case Opcode.ping:
      return done
    default:
      return unimplemented
  }
}

function getData(state: ReplicatedState, path: string): Answer {
  const node = state.get(path)
  if (node === undefined) return noNode
  return { errorCode: ErrorCode.ok, write: (writer) => writeNode(writer, node) }
}

function getChildren(state: ReplicatedState, path: string): Answer {
  const node = state.get(path)
  const names = state.children(path)
  if (node === undefined || names === undefined) return noNode
  return {
    errorCode: ErrorCode.ok,
    write: (writer) => {
      writer.int32(names.length)
      for (const name of names) writer.string(name)
      writeStat(writer, node)
    },
  }
}

function multiRead(
  state: ReplicatedState,
  reads: readonly { readonly opcode: number; readonly path: string }[],
): Answer {
  return {
    errorCode: ErrorCode.ok,
    write: (writer) => {
      for (const { opcode, path } of reads) {
        const node = state.get(path)
        writer
          .int32(node === undefined ? Opcode.error : opcode)
          .bool(false)
          .int32(0)
        if (node === undefined) {
          writer.int32(ErrorCode.noNode)
        } else if (opcode === Opcode.getData) {
          writeNode(writer, node)
        } else {
          const names = state.children(path) ?? []
          writer.int32(names.length)
          for (const name of names) writer.string(name)
        }
      }
      writer.int32(Opcode.error).bool(true).int32(-1)
    },
  }
}

function rearm(watched: Set<string>, reader: ByteReader): void {
  reader.safeInteger()
  // Data, exists, child and persistent watches; then those that are recursive too.
  for (let kind = 0; kind < 5; kind++) {
    for (let left = reader.int32(); left > 0; left--) {
      const path = reader.string()
      if (kind === 4) watched.add(path)
    }
  }
}
