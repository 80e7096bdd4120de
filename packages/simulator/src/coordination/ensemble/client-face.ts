// A server's face to its clients: sessions that come and go, requests answered in the order in which they came, watches.
// Writes and syncs go to the leader; reads are answered here, from what this server knows to be committed.

import {
  ByteReader,
  ErrorCode,
  EventType,
  FrameAssembler,
  NO_SESSION,
  Opcode,
} from '@samsa/coordination/wire'
import type { Connection, World } from '@samsa/world'
import { type Answer, done, readLocally } from './local-reads.ts'
import type { MemberListener } from './member.ts'
import type { Ask, Entry } from './messages.ts'
import type { Applied, ReplicatedState, Reported } from './replicated-state.ts'
import {
  eventFrame,
  greetingFrame,
  readOperations,
  replyFrame,
  writeResults,
} from './server-frames.ts'

/** A request that came and has its place in the order of answers. */
interface Request {
  readonly xid: number
  readonly opcode: number
  readonly reader: ByteReader
  /** The answer of one that was passed on; the zxid of what it did. */
  answer: (Answer & { readonly zxid?: number }) | undefined
  readonly isPassedOn: boolean
}

interface Client {
  readonly connection: Connection
  readonly watched: Set<string>
  readonly requests: Request[]
  sessionId: string | undefined
  timeoutMs: number
  /** A greeting is being settled with the leader. */
  isGreeting: boolean
}

/** Somebody waits for the leader. */
type Waiting = (errorCode: number, entry?: Entry, applied?: Applied) => void

/** What the face needs of the rest of its server. */
export interface FaceParts {
  readonly world: World
  readonly state: ReplicatedState
  readonly tickMs: number
  /** No other life of any server has the same. */
  readonly name: string
  /** Passes something on to the leader. */
  ask(requestId: string, ask: Ask): void
}

/** The clients of one server in one of its lives. */
export class ClientFace implements MemberListener {
  readonly #parts: FaceParts
  readonly #clients = new Set<Client>()
  readonly #bySession = new Map<string, Client>()
  readonly #waiting = new Map<string, Waiting>()
  readonly #touched = new Set<string>()
  #isServing = false
  #requests = 0

  constructor(parts: FaceParts) {
    this.#parts = parts
  }

  get isServing(): boolean {
    return this.#isServing
  }

  /** A client has connected. */
  accept(connection: Connection): void {
    const client: Client = {
      connection,
      watched: new Set(),
      requests: [],
      sessionId: undefined,
      timeoutMs: 0,
      isGreeting: false,
    }
    const assembler = new FrameAssembler()
    this.#clients.add(client)
    connection.start({
      data: (chunk) => {
        for (const frame of assembler.take(chunk) ?? []) this.#take(client, frame)
      },
      drained: () => {},
      closed: () => this.#forget(client),
    })
  }

  /** Cuts every connection; the sessions go on if their clients come back in time. */
  dropConnections(): void {
    for (const client of Array.from(this.#clients)) this.#drop(client)
  }

  serving(isServing: boolean): void {
    this.#isServing = isServing
    if (isServing) return
    this.#waiting.clear()
    this.#touched.clear()
    this.dropConnections()
  }

  applied(entry: Entry, applied: Applied): void {
    for (const change of applied.changes) this.#report(change)
    const { requestId, payload } = entry
    const waiting = requestId === undefined ? undefined : this.#waiting.get(requestId)
    if (requestId !== undefined) this.#waiting.delete(requestId)
    waiting?.(applied.errorCode, entry, applied)
    if (payload.kind !== 'end-session') return
    const client = this.#bySession.get(payload.sessionId)
    if (client === undefined) return
    if (waiting === undefined) this.#drop(client)
    else client.connection.end()
  }

  answered(requestId: string, errorCode: number): void {
    const waiting = this.#waiting.get(requestId)
    this.#waiting.delete(requestId)
    waiting?.(errorCode)
  }

  takeTouched(): readonly string[] {
    const touched = [...this.#touched]
    this.#touched.clear()
    return touched
  }

  #drop(client: Client): void {
    this.#forget(client)
    client.connection.destroy()
  }

  #forget(client: Client): void {
    this.#clients.delete(client)
    const { sessionId } = client
    if (sessionId !== undefined && this.#bySession.get(sessionId) === client) {
      this.#bySession.delete(sessionId)
    }
  }

  #take(client: Client, frame: Buffer): void {
    if (!this.#clients.has(client)) return
    if (!this.#isServing) this.#drop(client)
    else if (client.sessionId !== undefined) this.#request(client, client.sessionId, frame)
    else if (!client.isGreeting) this.#greet(client, new ByteReader().over(frame))
  }

  #ask(ask: Ask, waiting: Waiting): void {
    const requestId = `${this.#parts.name}/${this.#requests++}`
    this.#waiting.set(requestId, waiting)
    this.#parts.ask(requestId, ask)
  }

  #greet(client: Client, reader: ByteReader): void {
    const { state, tickMs, world } = this.#parts
    reader.int32()
    const lastZxid = reader.safeInteger()
    const asked = reader.int32()
    const known = reader.identifier()
    // A client never goes back in time: this server has not seen what the client has.
    if (lastZxid > state.zxid) {
      this.#drop(client)
      return
    }
    client.isGreeting = true
    const isNew = known === NO_SESSION
    const sessionId = isNew ? world.random.bytes(8).toString('hex') : known
    const timeoutMs = Math.min(Math.max(asked, 2 * tickMs), 20 * tickMs)
    const payload = { kind: 'create-session', sessionId, timeoutMs } as const
    const ask: Ask = isNew ? { kind: 'write', payload } : { kind: 'revalidate', sessionId }
    this.#ask(ask, (errorCode) => {
      if (!this.#clients.has(client)) return
      // One that this server has not heard of yet was made elsewhere just now.
      client.timeoutMs = state.sessions.get(sessionId) ?? timeoutMs
      if (errorCode === ErrorCode.ok) this.#attach(client, sessionId)
      else this.#expired(client)
    })
  }

  #attach(client: Client, sessionId: string): void {
    const before = this.#bySession.get(sessionId)
    if (before !== undefined) this.#drop(before)
    this.#bySession.set(sessionId, client)
    client.sessionId = sessionId
    client.connection.write([greetingFrame(client.timeoutMs, sessionId)])
  }

  #expired(client: Client): void {
    client.connection.write([greetingFrame(0, NO_SESSION)])
    client.connection.end()
  }

  #request(client: Client, sessionId: string, frame: Buffer): void {
    this.#touched.add(sessionId)
    const reader = new ByteReader().over(frame)
    const xid = reader.int32()
    const opcode = reader.int32()
    const ask = askOf(opcode, sessionId, reader)
    const request: Request = {
      xid,
      opcode,
      reader,
      answer: undefined,
      isPassedOn: ask !== undefined,
    }
    client.requests.push(request)
    if (ask !== undefined) {
      this.#ask(ask, (errorCode, entry, applied) => {
        request.answer = answerTo(ask, errorCode, applied)
        if (entry !== undefined) request.answer = { ...request.answer, zxid: entry.zxid }
        this.#pump(client)
      })
    }
    this.#pump(client)
  }

  /** Answers what can be answered, in order. */
  #pump(client: Client): void {
    const { state } = this.#parts
    for (let request = client.requests[0]; request !== undefined; request = client.requests[0]) {
      if (request.isPassedOn && request.answer === undefined) return
      client.requests.shift()
      const answer = request.answer ?? readLocally(state, client.watched, request)
      const zxid = request.answer?.zxid ?? state.zxid
      const frame = replyFrame(request.xid, zxid, answer.errorCode, answer.write)
      client.connection.write([frame])
    }
  }

  #report({ path, existed, exists }: Reported): void {
    const changed = existed ? EventType.dataChanged : EventType.created
    const type = exists ? changed : EventType.deleted
    for (const { watched, connection } of this.#bySession.values()) {
      if (covers(watched, path)) connection.write([eventFrame(type, path)])
    }
  }
}

function askOf(opcode: number, sessionId: string, reader: ByteReader): Ask | undefined {
  if (opcode === Opcode.sync) return { kind: 'sync' }
  if (opcode === Opcode.closeSession) {
    return { kind: 'write', payload: { kind: 'end-session', sessionId } }
  }
  if (opcode !== Opcode.multi) return undefined
  const operations = readOperations(reader)
  return { kind: 'write', payload: { kind: 'multi', sessionId, operations } }
}

function answerTo(ask: Ask, errorCode: number, applied: Applied | undefined): Answer {
  if (errorCode !== ErrorCode.ok) return { errorCode }
  if (ask.kind === 'sync') {
    return { errorCode, write: (writer) => void writer.string('/') }
  }
  if (ask.kind !== 'write' || ask.payload.kind !== 'multi' || applied === undefined) return done
  const { operations } = ask.payload
  const { stats, failed } = applied
  return { errorCode, write: (writer) => writeResults(writer, operations, stats, failed) }
}

function covers(watched: ReadonlySet<string>, path: string): boolean {
  for (let prefix = path; ; prefix = prefix.slice(0, Math.max(1, prefix.lastIndexOf('/')))) {
    if (watched.has(prefix)) return true
    if (prefix === '/') return false
  }
}
