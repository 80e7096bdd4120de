// One request and its answer. The answer leaves in the order of the requests, however early it is there.
//
// Invariant: a frame is released once, at the latest with the answer; `sent` runs once, whatever becomes of the
// connection.

import { assert } from '@samsa/world'
import type { Frame } from './frame-reader.ts'

/** What an exchange tells its connection. */
export interface ExchangeOwner {
  /** The answer is there. */
  answered(exchange: Exchange): void
  /** The request's memory was given back. */
  released(bytes: number): void
}

/** A request being answered. */
export class Exchange {
  /** Answers of later requests may be worked out at the same time. */
  readonly overlapping: boolean
  readonly #owner: ExchangeOwner
  readonly #bytes: number
  #frame: Frame | undefined
  #buffers: readonly Buffer[] | undefined
  #sent: (() => void) | undefined
  #done = false

  constructor(owner: ExchangeOwner, frame: Frame, overlapping: boolean) {
    this.#owner = owner
    this.#frame = frame
    this.#bytes = frame.buffer.length
    this.overlapping = overlapping
  }

  /** The request's bytes, without the length. May not be called after `releaseRequest`. */
  get request(): Buffer {
    assert(this.#frame !== undefined, 'A request is read before it is released.')
    return this.#frame.buffer
  }

  /** Whether the request's bytes were given back: what it does, it has begun. */
  get isReleased(): boolean {
    return this.#frame === undefined
  }

  /** Gives the request's bytes back; a second call does nothing. */
  releaseRequest(): void {
    const frame = this.#frame
    if (frame === undefined) return
    this.#frame = undefined
    frame.release()
    this.#owner.released(this.#bytes)
  }

  /**
   * Sends `buffers` (length included) when everything before has been sent; none for a request without answer. They may
   * not change until `sent` ran: when they left, or never will.
   */
  answer(buffers: readonly Buffer[], sent?: () => void): void {
    assert(!this.#done, 'A request is answered once.')
    this.#done = true
    this.#buffers = buffers
    this.#sent = sent
    this.releaseRequest()
    this.#owner.answered(this)
  }

  /** The answer, once it is there. */
  get answerBuffers(): readonly Buffer[] | undefined {
    return this.#buffers
  }

  /** Called by the connection when the answer's bytes are no longer needed. */
  finish(): void {
    const sent = this.#sent
    this.#sent = undefined
    this.#buffers = undefined
    sent?.()
  }
}
