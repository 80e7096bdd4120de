// Keeps a session's lease alive: commits a small write at the session's own ephemeral node, often enough.
//
// Invariant: a write that is not committed changes nothing, so that a lease that cannot be renewed lapses by itself.

import { type Clock, type Timer, WorldError } from '@samsa/world'
import type { Coordination, Operation } from '../coordination.ts'
import { Lease } from './lease.ts'

const NO_DATA = Buffer.alloc(0)

/** The beating heart of one session. */
export class LeaseKeeper {
  readonly #clock: Clock
  readonly #session: Pick<Coordination, 'multi' | 'sessionId'>
  readonly #parent: string
  readonly #timeoutMs: () => number
  #timer: Timer | undefined
  #isStopped = false
  #isWriting = false

  /** `parent` is where the nodes of all sessions are; `timeoutMs` tells what the server grants. */
  constructor(
    clock: Clock,
    session: Pick<Coordination, 'multi' | 'sessionId'>,
    parent: string,
    timeoutMs: () => number,
  ) {
    this.#clock = clock
    this.#session = session
    this.#parent = parent
    this.#timeoutMs = timeoutMs
  }

  /** Makes the node; rejects with what the session's `multi` rejects with, unless the connection was lost. */
  async start(): Promise<void> {
    await this.#write(await this.#create())
    this.#schedule()
  }

  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
  }

  #schedule(): void {
    if (this.#isStopped) return
    this.#timer = this.#clock.after(Lease.intervalMs(this.#timeoutMs()), () => {
      this.#schedule()
      if (!this.#isWriting) void this.#beat()
    })
  }

  async #beat(): Promise<void> {
    this.#isWriting = true
    try {
      await this.#write({ kind: 'set', path: this.#path, data: NO_DATA, version: -1 })
    } catch (error) {
      // The lease lapses; the connection's owner is told by other means.
      if (!(error instanceof WorldError)) throw error
    } finally {
      this.#isWriting = false
    }
  }

  async #write(operation: Operation): Promise<void> {
    const result = await this.#session.multi([operation])
    if (!result.ok && result.failure === 'no-node')
      await this.#session.multi([await this.#create()])
  }

  async #create(): Promise<Operation> {
    // Who creates the parent first does not matter.
    await this.#session.multi([{ kind: 'create', path: this.#parent, data: NO_DATA }])
    return { kind: 'create', path: this.#path, data: NO_DATA, ephemeral: true }
  }

  get #path(): string {
    return `${this.#parent}/${this.#session.sessionId}`
  }
}
