// The server's end of a Kafka connection: frames in, answers out in order, pressure both ways.
//
// - A request starts when its predecessors are answered, as in Kafka; only overlapping requests (Produce) that follow
//   each other are worked on at the same time. One of them starts when the one before it was released: a handler that
//   keeps the bytes has not put them where their order counts, and what follows may not overtake it.
// - Nothing new starts while the peer does not read (unsent bytes above a limit), and the socket is not read while
//   requests wait or the broker's receive memory is used up.

import type { Connection, ConnectionHandler } from '@samsa/world'
import { Exchange, type ExchangeOwner } from './exchange.ts'
import { type Frame, FrameReader } from './frame-reader.ts'
import type { ReceiveBudget, Waiter } from './receive-budget.ts'
import type { SlabPool } from './slabs.ts'

/** Bytes of requests that may wait for their predecessors before the socket is paused. */
const waitingBytesMax = 64 * 1024
/** Overlapping requests of one connection that may be worked on at the same time. */
const overlappingMax = 128

/** Who answers. Calls never overlap. */
export interface ServerConnectionListener {
  /** The request may be worked on while overlapping ones before it are not answered yet. */
  overlaps(request: Buffer): boolean
  /** Work out the answer and give it to `exchange.answer`. */
  start(exchange: Exchange): void
  /** The stream makes no sense; the connection is being closed. */
  refused(reason: string): void
  /** The connection is gone. */
  closed(error: Error | undefined): void
}

/** What a connection needs. */
export interface ServerConnectionOptions {
  readonly slabs: SlabPool
  readonly budget: ReceiveBudget
  /** Largest frame accepted (socket.request.max.bytes), asked for each frame. */
  readonly maxFrameBytes: () => number
  /** No new request starts while more bytes than this are unsent. */
  readonly maxUnsentBytes: number
}

/** Frames in, ordered answers out, on one connection. */
export class ServerConnection implements ExchangeOwner, ConnectionHandler, Waiter {
  readonly #connection: Connection
  readonly #listener: ServerConnectionListener
  readonly #budget: ReceiveBudget
  readonly #maxUnsentBytes: number
  readonly #reader: FrameReader
  /** Requests not started yet, oldest first. */
  #waiting: Frame[] = []
  #waitingBytes = 0
  /** Started, unsent exchanges, oldest first. */
  #exchanges: Exchange[] = []
  /** Started, unanswered ones. */
  #unanswered = 0
  #lastOverlaps = false
  #paused = false
  #muted = false
  #closed = false
  #ending = false
  #starting = false
  #receiving = false
  #flushScheduled = false
  /** Chunks received; whoever watches for idleness compares it. */
  #chunks = 0

  constructor(
    connection: Connection,
    listener: ServerConnectionListener,
    options: ServerConnectionOptions,
  ) {
    this.#connection = connection
    this.#listener = listener
    this.#budget = options.budget
    this.#maxUnsentBytes = options.maxUnsentBytes
    this.#reader = new FrameReader(
      (size) => options.slabs.take(size),
      options.maxFrameBytes,
      (frame) => this.#received(frame),
    )
  }

  /** Grows with every sign of life of the peer. */
  get activity(): number {
    return this.#chunks
  }

  /** Nothing is being answered and nothing waits to be. */
  get quiet(): boolean {
    return this.#exchanges.length === 0 && this.#waiting.length === 0
  }

  /** Nothing new starts and nothing is read until `unmute` (KIP-219). */
  mute(): void {
    this.#muted = true
    this.#updatePause()
  }

  unmute(): void {
    this.#muted = false
    this.resume()
  }

  /** Starts nothing new; ends the connection when what was started is answered and sent. */
  finish(): void {
    this.#ending = true
    this.#dropWaiting()
    if (this.#exchanges.length === 0) this.#connection.end()
  }

  /** Sends the answers that are there, drops the rest and ends the connection. */
  refuse(): void {
    this.#ending = true
    this.#dropWaiting()
    this.#flush()
    if (!this.#closed) this.#connection.end()
  }

  /** Drops the connection at once. */
  destroy(): void {
    this.#connection.destroy()
  }

  data(chunk: Buffer): void {
    if (this.#closed || this.#ending) return
    this.#chunks++
    this.#receiving = true
    const refusal = this.#reader.push(chunk)
    this.#startNext()
    this.#receiving = false
    this.#flush()
    if (refusal !== undefined) {
      this.#listener.refused(refusal)
      this.refuse()
      return
    }
    this.#updatePause()
  }

  drained(): void {
    this.resume()
  }

  closed(error: Error | undefined): void {
    if (this.#closed) return
    this.#closed = true
    this.#budget.forget(this)
    this.#reader.close()
    this.#dropWaiting()
    const exchanges = this.#exchanges
    this.#exchanges = []
    for (const exchange of exchanges) {
      if (exchange.answerBuffers !== undefined) exchange.finish()
    }
    this.#listener.closed(error)
  }

  resume(): void {
    if (this.#closed) return
    this.#startNext()
    this.#updatePause()
  }

  answered(exchange: Exchange): void {
    this.#unanswered--
    if (this.#closed) {
      exchange.finish()
      return
    }
    if (!this.#receiving && !this.#flushScheduled) {
      this.#flushScheduled = true
      queueMicrotask(() => this.#flush())
    }
    // What the answer waited for may have been what others wait for too: room.
    this.#budget.release(0)
    if (this.#waiting.length > 0) this.resume()
  }

  released(bytes: number): void {
    this.#budget.release(bytes)
    if (this.#waiting.length > 0) this.resume()
  }

  #received(frame: Frame): void {
    this.#budget.take(frame.buffer.length)
    if (this.#waiting.length === 0 && this.#mayStart(frame)) {
      this.#start(frame)
      return
    }
    this.#waiting.push(frame)
    this.#waitingBytes += frame.buffer.length
  }

  #mayStart(frame: Frame): boolean {
    if (this.#muted || this.#ending || this.#starting) return false
    if (this.#connection.unsentBytes > this.#maxUnsentBytes) return false
    if (this.#unanswered === 0) return true
    return (
      this.#lastOverlaps &&
      this.#unanswered < overlappingMax &&
      this.#exchanges[this.#exchanges.length - 1]?.isReleased !== false &&
      this.#listener.overlaps(frame.buffer)
    )
  }

  #start(frame: Frame): void {
    const overlapping = this.#listener.overlaps(frame.buffer)
    const exchange = new Exchange(this, frame, overlapping)
    this.#lastOverlaps = overlapping
    this.#exchanges.push(exchange)
    this.#unanswered++
    this.#starting = true
    this.#listener.start(exchange)
    this.#starting = false
  }

  #startNext(): void {
    if (this.#starting || this.#waiting.length === 0) return
    for (let frame = this.#waiting[0]; frame !== undefined; frame = this.#waiting[0]) {
      if (this.#closed || !this.#mayStart(frame)) return
      this.#waiting.shift()
      this.#waitingBytes -= frame.buffer.length
      this.#start(frame)
    }
  }

  #flush(): void {
    this.#flushScheduled = false
    const exchanges = this.#exchanges
    if (this.#closed || exchanges[0]?.answerBuffers === undefined) return
    const buffers: Buffer[] = []
    let count = 0
    for (const exchange of exchanges) {
      const answer = exchange.answerBuffers
      if (answer === undefined) break
      for (const buffer of answer) buffers.push(buffer)
      count++
    }
    const leaving = exchanges.splice(0, count)
    if (buffers.length === 0) {
      for (const exchange of leaving) exchange.finish()
    } else {
      this.#connection.write(buffers, () => {
        for (const exchange of leaving) exchange.finish()
      })
    }
    if (this.#ending && this.#exchanges.length === 0) this.#connection.end()
  }

  #updatePause(): void {
    if (this.#closed) return
    const exhausted = this.#budget.exhausted
    if (exhausted) this.#budget.wait(this)
    const pause =
      exhausted ||
      this.#muted ||
      this.#waitingBytes > waitingBytesMax ||
      this.#connection.unsentBytes > this.#maxUnsentBytes
    if (pause === this.#paused) return
    this.#paused = pause
    if (pause) this.#connection.pause()
    else this.#connection.resume()
  }

  #dropWaiting(): void {
    const waiting = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    for (const frame of waiting) {
      frame.release()
      this.#budget.release(frame.buffer.length)
    }
  }
}
