// A ZooKeeper server for simulations: sessions, the tree, watches, over the simulated network. It keeps its state in
// memory, stands alone, and does to its clients what real servers do: it drops connections and expires sessions.

import type { MultiFailure, Operation } from '@samsa/coordination'
import {
  ByteReader,
  type ByteWriter,
  type Change,
  ErrorCode,
  EventType,
  FrameAssembler,
  NO_SESSION,
  Opcode,
  Stage,
  type Transaction,
  Tree,
} from '@samsa/coordination/wire'
import type { Connection, Timer, World } from '@samsa/world'
import {
  eventFrame,
  greetingFrame,
  readOperations,
  readPaths,
  replyFrame,
  writeNode,
  writeResults,
  writeStat,
} from './zookeeper-server-frames.ts'

/** One session as the server knows it. */
interface ServerSession {
  readonly sessionId: string
  readonly timeoutMs: number
  readonly watched: Set<string>
  connection: Connection | undefined
  expiry: Timer | undefined
}

/** What an answer is made of. */
interface Answer {
  readonly errorCode: number
  readonly write?: (writer: ByteWriter) => void
}

const DONE: Answer = { errorCode: ErrorCode.ok }
const NO_NODE: Answer = { errorCode: ErrorCode.noNode }

const codes: Readonly<Record<MultiFailure, number>> = {
  'no-node': ErrorCode.noNode,
  'bad-version': ErrorCode.badVersion,
  'node-exists': ErrorCode.nodeExists,
  'not-empty': ErrorCode.notEmpty,
  'ephemeral-parent': ErrorCode.noChildrenForEphemerals,
}

/** A running server. */
export class SimulatedZooKeeper {
  readonly #world: World
  readonly #tree = new Tree()
  readonly #sessions = new Map<string, ServerSession>()
  readonly #connections = new Set<Connection>()

  private constructor(world: World) {
    this.#world = world
  }

  /** Starts a server on a machine's network. */
  static async listen(world: World, port: number): Promise<SimulatedZooKeeper> {
    const server = new SimulatedZooKeeper(world)
    await world.network.listen({ host: '0.0.0.0', port }, (connection) => server.#serve(connection))
    return server
  }

  /** Paths of all nodes: what really happened. */
  get paths(): readonly string[] {
    return this.#tree.descendants('/')
  }

  /** Cuts every connection; the sessions go on if their clients come back in time. */
  dropConnections(): void {
    for (const connection of this.#connections) connection.destroy()
  }

  /** Ends a session as if its client had been silent. */
  expire(sessionId: string): void {
    const session = this.#sessions.get(sessionId)
    if (session === undefined) return
    session.expiry?.cancel()
    this.#sessions.delete(sessionId)
    this.#commit({ kind: 'end-session', sessionId })
    session.connection?.destroy()
  }

  /** Ends the session that owns an ephemeral node. */
  expireOwner(path: string): void {
    const owner = this.#tree.get(path)?.stat.ephemeralOwner
    if (owner !== undefined) this.expire(owner)
  }

  #serve(connection: Connection): void {
    const assembler = new FrameAssembler()
    let session: ServerSession | undefined
    this.#connections.add(connection)
    connection.start({
      data: (chunk) => {
        for (const frame of assembler.take(chunk) ?? []) {
          if (session === undefined) session = this.#greet(connection, frame)
          else this.#handle(session, connection, frame)
        }
      },
      drained: () => {},
      closed: () => {
        this.#connections.delete(connection)
        if (session?.connection === connection) session.connection = undefined
      },
    })
  }

  #greet(connection: Connection, frame: Buffer): ServerSession | undefined {
    const reader = new ByteReader().over(frame)
    reader.int32()
    reader.safeInteger()
    const timeoutMs = reader.int32()
    const asked = reader.identifier()
    const sessionId = asked === NO_SESSION ? this.#world.random.bytes(8).toString('hex') : asked
    let session = this.#sessions.get(sessionId)
    if (session === undefined && asked !== NO_SESSION) {
      connection.write([greetingFrame(0, NO_SESSION)])
      connection.end()
      return undefined
    }
    session ??= {
      sessionId,
      timeoutMs,
      watched: new Set(),
      connection: undefined,
      expiry: undefined,
    }
    session.watched.clear()
    session.connection?.destroy()
    session.connection = connection
    this.#sessions.set(sessionId, session)
    this.#heard(session)
    connection.write([greetingFrame(session.timeoutMs, sessionId)])
    return session
  }

  #heard(session: ServerSession): void {
    session.expiry?.cancel()
    session.expiry = this.#world.clock.after(session.timeoutMs, () =>
      this.expire(session.sessionId),
    )
  }

  #handle(session: ServerSession, connection: Connection, frame: Buffer): void {
    // A session that has moved to another connection, or is over, is not served here any more.
    if (session.connection !== connection) {
      connection.destroy()
      return
    }
    this.#heard(session)
    const reader = new ByteReader().over(frame)
    const xid = reader.int32()
    const opcode = reader.int32()
    const answer = this.#answer(session, opcode, reader)
    connection.write([replyFrame(xid, this.#tree.zxid, answer.errorCode, answer.write)])
    if (opcode === Opcode.closeSession) connection.end()
  }

  #answer(session: ServerSession, opcode: number, reader: ByteReader): Answer {
    switch (opcode) {
      case Opcode.getData:
        return this.#getData(reader.string())
      case Opcode.getChildren2:
        return this.#getChildren(reader.string())
      case Opcode.multi:
        return this.#multi(session, readOperations(reader))
      case Opcode.multiRead:
        return this.#multiRead(readPaths(reader))
      case Opcode.addWatch:
        session.watched.add(reader.string())
        return DONE
      case Opcode.removeWatches:
        session.watched.delete(reader.string())
        return DONE
      case Opcode.setWatches2:
        this.#rearm(session, reader)
        return DONE
      case Opcode.closeSession:
        session.expiry?.cancel()
        this.#sessions.delete(session.sessionId)
        this.#commit({ kind: 'end-session', sessionId: session.sessionId })
        return DONE
      case Opcode.sync: {
        const path = reader.string()
        return { errorCode: ErrorCode.ok, write: (writer) => void writer.string(path) }
      }
      case Opcode.ping:
        return DONE
      default:
        return { errorCode: -6 }
    }
  }

  #getData(path: string): Answer {
    const node = this.#tree.get(path)
    if (node === undefined) return NO_NODE
    return { errorCode: ErrorCode.ok, write: (writer) => writeNode(writer, node) }
  }

  #getChildren(path: string): Answer {
    const node = this.#tree.get(path)
    const names = this.#tree.children(path)
    if (node === undefined || names === undefined) return NO_NODE
    return {
      errorCode: ErrorCode.ok,
      write: (writer) => {
        writer.int32(names.length)
        for (const name of names) writer.string(name)
        writeStat(writer, node)
      },
    }
  }

  #multi({ sessionId }: ServerSession, operations: readonly Operation[]): Answer {
    const result = this.#commit({ kind: 'multi', sessionId, operations })
    const failed = result.ok ? undefined : { index: result.index, errorCode: codes[result.failure] }
    const stats = result.ok ? result.stats : []
    return {
      errorCode: ErrorCode.ok,
      write: (writer) => writeResults(writer, operations, stats, failed),
    }
  }

  #multiRead(reads: readonly { readonly opcode: number; readonly path: string }[]): Answer {
    return {
      errorCode: ErrorCode.ok,
      write: (writer) => {
        for (const { opcode, path } of reads) {
          const node = this.#tree.get(path)
          writer
            .int32(node === undefined ? Opcode.error : opcode)
            .bool(false)
            .int32(0)
          if (node === undefined) {
            writer.int32(ErrorCode.noNode)
          } else if (opcode === Opcode.getData) {
            writeNode(writer, node)
          } else {
            const names = this.#tree.children(path) ?? []
            writer.int32(names.length)
            for (const name of names) writer.string(name)
          }
        }
        writer.int32(Opcode.error).bool(true).int32(-1)
      },
    }
  }

  #rearm(session: ServerSession, reader: ByteReader): void {
    reader.safeInteger()
    // Data, exists, child and persistent watches; then those that are recursive too.
    for (let kind = 0; kind < 5; kind++) {
      for (let left = reader.int32(); left > 0; left--) {
        const path = reader.string()
        if (kind === 4) session.watched.add(path)
      }
    }
  }

  #commit(transaction: Transaction): ReturnType<Stage['apply']>['result'] {
    const stage = new Stage(this.#tree)
    const { result, changes } = stage.apply(transaction)
    if (changes.length === 0) return result
    const existed = changes.map(({ path }) => this.#tree.get(path) !== undefined)
    this.#tree.commit(stage.zxid, changes)
    for (const [i, change] of changes.entries()) this.#report(change, existed[i] === true)
    return result
  }

  #report({ path, after, reported }: Change, existed: boolean): void {
    if (!reported) return
    const changed = existed ? EventType.dataChanged : EventType.created
    const type = after === undefined ? EventType.deleted : changed
    for (const { watched, connection } of this.#sessions.values()) {
      if (connection === undefined || !covers(watched, path)) continue
      connection.write([eventFrame(type, path)])
    }
  }
}

function covers(watched: ReadonlySet<string>, path: string): boolean {
  for (let prefix = path; ; prefix = prefix.slice(0, Math.max(1, prefix.lastIndexOf('/')))) {
    if (watched.has(prefix)) return true
    if (prefix === '/') return false
  }
}
