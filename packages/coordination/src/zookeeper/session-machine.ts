// The client's half of ZooKeeper's session protocol as a pure machine: it is told of connections, frames and the time,
// and answers with what to send, whom to answer and what to give up. It owns no socket and no timer.
//
// Invariants:
//   - replies come in the order of the requests; one that does not is nonsense and ends the connection
//   - a request that was sent and not answered when the connection ends is lost: nobody knows its outcome, and it is
//     never sent again; one that was not sent waits for the next connection
//   - a session that the server calls expired stays expired

import { ByteReader } from '../bytes/byte-reader.ts'
import { ByteWriter } from '../bytes/byte-writer.ts'
import { ErrorCode, EventType, NO_SESSION, Opcode, SpecialXid } from './protocol-numbers.ts'
import { readGreeting } from './replies.ts'
import { digestRequest, type Request, setWatchesRequest, writeConnect } from './requests.ts'

/** The answer to a request. */
export interface Reply {
  readonly errorCode: number
  readonly zxid: number
  readonly body: Buffer
  /** Monotonic time at which the request was sent. */
  readonly sentAtMs: number
}

/** What the shell has to do, in order. */
export type Effect =
  | { readonly kind: 'send'; readonly frame: Buffer }
  /** Drop the connection, and say so by `disconnected`. */
  | { readonly kind: 'disconnect'; readonly reason: string }
  | { readonly kind: 'reply'; readonly xid: number; readonly reply: Reply }
  /** The outcome of this request is unknown. */
  | { readonly kind: 'lost'; readonly xid: number }
  | { readonly kind: 'event'; readonly path: string }
  /** The session is served by the current connection; `resumed` if it was before by another one. */
  | { readonly kind: 'attached'; readonly resumed: boolean }
  /** The watches of a resumed session are armed again; what happened meanwhile is not told. */
  | { readonly kind: 'watching' }
  | { readonly kind: 'suspended' }
  | { readonly kind: 'expired' }
  /** The server does not accept the credentials. */
  | { readonly kind: 'refused' }

/** What a session asks for. Times in milliseconds. */
export interface SessionWishes {
  readonly timeoutMs: number
  /** How long a server may take to greet. */
  readonly greetingTimeoutMs: number
  /** `user:password` for the scheme 'digest'. */
  readonly credentials?: string
}

/** Bytes of paths in one setWatches request: several of them stay below the server's limit. */
const SET_WATCHES_BYTES = 128 * 1024

interface InFlight {
  readonly xid: number
  readonly sentAtMs: number
}

/** One session. */
export class SessionMachine {
  readonly #wishes: SessionWishes
  readonly #writer = new ByteWriter()
  #phase: 'apart' | 'greeting' | 'attached' | 'over' = 'apart'
  #sessionId = NO_SESSION
  #password = Buffer.alloc(16)
  #timeoutMs: number
  #lastZxid = 0
  #nextXid = 1
  #heardAtMs = 0
  #sentAtMs = 0
  #rearming = 0
  #inFlight: InFlight[] = []
  #waiting: { readonly xid: number; readonly frame: Buffer }[] = []

  constructor(wishes: SessionWishes) {
    this.#wishes = wishes
    this.#timeoutMs = wishes.timeoutMs
  }

  /** 16 hexadecimal digits, zeros before the first connection. */
  get sessionId(): string {
    return this.#sessionId
  }

  /** What the server granted. */
  get timeoutMs(): number {
    return this.#timeoutMs
  }

  /** Silence for so long while attached calls for a ping. */
  get pingIntervalMs(): number {
    return this.#timeoutMs / 5
  }

  /** When `tick` is to be called next, if at all. */
  get deadlineMs(): number | undefined {
    if (this.#phase === 'greeting') return this.#heardAtMs + this.#wishes.greetingTimeoutMs
    if (this.#phase !== 'attached') return undefined
    const silentMs = this.#heardAtMs + this.#readTimeoutMs
    return Math.min(silentMs, this.#sentAtMs + this.pingIntervalMs)
  }

  /** A connection is made: greets. */
  connected(nowMs: number): Effect[] {
    this.#phase = 'greeting'
    this.#heardAtMs = nowMs
    const frame = this.#frame((writer) => {
      const { timeoutMs } = this.#wishes
      const session = { sessionId: this.#sessionId, password: this.#password }
      writeConnect(writer, { lastZxid: this.#lastZxid, timeoutMs, ...session })
    })
    return this.#send(frame, nowMs)
  }

  /** A frame has come. `watched` are the prefixes to be armed if this greets a resumed session. */
  received(frame: Buffer, nowMs: number, watched: readonly string[]): Effect[] {
    this.#heardAtMs = nowMs
    if (this.#phase === 'greeting') return this.#greeted(frame, nowMs, watched)
    if (this.#phase !== 'attached') return []
    const reader = new ByteReader().over(frame)
    const xid = reader.int32()
    const zxid = reader.safeInteger()
    const errorCode = reader.int32()
    if (!reader.isWhole) return nonsense('a reply without a header')
    if (zxid > this.#lastZxid) this.#lastZxid = zxid
    switch (xid) {
      case SpecialXid.ping:
        return []
      case SpecialXid.notification:
        return this.#notified(reader)
      case SpecialXid.auth:
        return errorCode === ErrorCode.ok ? [] : [...this.end(), { kind: 'refused' }]
      case SpecialXid.setWatches:
        this.#rearming -= 1
        return this.#rearming === 0 ? [{ kind: 'watching' }] : []
      default:
        return this.#replied(xid, { errorCode, zxid, body: frame.subarray(16) })
    }
  }

  /** The connection is gone. */
  disconnected(): Effect[] {
    if (this.#phase === 'over') return []
    const wasAttached = this.#phase === 'attached'
    this.#phase = 'apart'
    const effects: Effect[] = this.#inFlight.map(({ xid }) => ({ kind: 'lost', xid }))
    this.#inFlight = []
    if (wasAttached) effects.unshift({ kind: 'suspended' })
    return effects
  }

  /** Time has passed. */
  tick(nowMs: number): Effect[] {
    // Compared in the same way in which `deadlineMs` is reckoned: rounded otherwise, a deadline could pass and not pass.
    if (this.#phase === 'greeting') {
      const isLate = nowMs >= this.#heardAtMs + this.#wishes.greetingTimeoutMs
      return isLate ? [{ kind: 'disconnect', reason: 'The server does not greet.' }] : []
    }
    if (this.#phase !== 'attached') return []
    if (nowMs >= this.#heardAtMs + this.#readTimeoutMs) {
      return [{ kind: 'disconnect', reason: 'The server has been silent for too long.' }]
    }
    if (nowMs < this.#sentAtMs + this.pingIntervalMs) return []
    return this.#send(
      this.#special(SpecialXid.ping, { opcode: Opcode.ping, write: () => {} }),
      nowMs,
    )
  }

  /** Makes a request; it is sent now, or when the session is attached. */
  submit(request: Request, nowMs: number): { readonly xid: number; readonly effects: Effect[] } {
    const xid = this.#nextXid
    this.#nextXid = xid === 0x7fffffff ? 1 : xid + 1
    const frame = this.#special(xid, request)
    if (this.#phase === 'attached') {
      this.#inFlight.push({ xid, sentAtMs: nowMs })
      return { xid, effects: this.#send(frame, nowMs) }
    }
    this.#waiting.push({ xid, frame })
    return { xid, effects: [] }
  }

  /** The session is over; what waits or is under way gets no answer any more. */
  end(): Effect[] {
    this.#phase = 'over'
    const unanswered = [...this.#inFlight, ...this.#waiting]
    this.#inFlight = []
    this.#waiting = []
    return unanswered.map(({ xid }) => ({ kind: 'lost', xid }))
  }

  get #readTimeoutMs(): number {
    return (this.#timeoutMs * 2) / 3
  }

  #greeted(frame: Buffer, nowMs: number, watched: readonly string[]): Effect[] {
    const greeting = readGreeting(frame)
    if (greeting === undefined) return nonsense('a greeting that is none')
    if (greeting.timeoutMs <= 0) return [{ kind: 'expired' }, ...this.end()]
    const resumed = this.#sessionId !== NO_SESSION
    this.#phase = 'attached'
    this.#sessionId = greeting.sessionId
    this.#password = Buffer.from(greeting.password)
    this.#timeoutMs = greeting.timeoutMs
    const effects: Effect[] = []
    const { credentials } = this.#wishes
    if (credentials !== undefined) {
      const frameOfCredentials = this.#special(SpecialXid.auth, digestRequest(credentials))
      effects.push(...this.#send(frameOfCredentials, nowMs))
    }
    if (resumed) effects.push(...this.#rearm(watched, nowMs))
    effects.push({ kind: 'attached', resumed })
    if (resumed && this.#rearming === 0) effects.push({ kind: 'watching' })
    for (const { xid, frame: waiting } of this.#waiting) {
      this.#inFlight.push({ xid, sentAtMs: nowMs })
      effects.push(...this.#send(waiting, nowMs))
    }
    this.#waiting = []
    return effects
  }

  #rearm(watched: readonly string[], nowMs: number): Effect[] {
    const effects: Effect[] = []
    this.#rearming = 0
    for (let at = 0; at < watched.length; ) {
      const paths: string[] = []
      for (let bytes = 0; at < watched.length && bytes < SET_WATCHES_BYTES; at++) {
        const path = watched[at] ?? ''
        paths.push(path)
        bytes += 4 + Buffer.byteLength(path)
      }
      const request = setWatchesRequest(this.#lastZxid, paths)
      effects.push(...this.#send(this.#special(SpecialXid.setWatches, request), nowMs))
      this.#rearming += 1
    }
    return effects
  }

  #notified(reader: ByteReader): Effect[] {
    const type = reader.int32()
    reader.int32()
    const path = reader.string()
    if (!reader.isWhole) return nonsense('an event that is none')
    const isChange =
      type === EventType.created || type === EventType.deleted || type === EventType.dataChanged
    return isChange ? [{ kind: 'event', path }] : []
  }

  #replied(xid: number, reply: Omit<Reply, 'sentAtMs'>): Effect[] {
    const [first] = this.#inFlight
    if (first === undefined || first.xid !== xid) return nonsense(`a reply to ${xid} out of order`)
    if (reply.errorCode === ErrorCode.sessionExpired) return [{ kind: 'expired' }, ...this.end()]
    if (reply.errorCode === ErrorCode.sessionMoved) return nonsense('the session has moved on')
    this.#inFlight.shift()
    return [{ kind: 'reply', xid, reply: { ...reply, sentAtMs: first.sentAtMs } }]
  }

  #send(frame: Buffer, nowMs: number): Effect[] {
    this.#sentAtMs = nowMs
    return [{ kind: 'send', frame }]
  }

  #special(xid: number, request: Request): Buffer {
    return this.#frame((writer) => {
      writer.int32(xid).int32(request.opcode)
      request.write(writer)
    })
  }

  #frame(write: (writer: ByteWriter) => void): Buffer {
    const writer = this.#writer.reset().int32(0)
    write(writer)
    const frame = Buffer.from(writer.written)
    frame.writeInt32BE(frame.length - 4, 0)
    return frame
  }
}

function nonsense(what: string): Effect[] {
  return [{ kind: 'disconnect', reason: `The server has sent ${what}.` }]
}
