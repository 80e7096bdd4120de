// A broker's standing with coordination over all the sessions it ever has. A session that has expired is followed by a new
// one; whoever holds ephemeral nodes is told and makes them anew, everybody else asks on as if nothing had happened.
//
// Invariants:
//   - a read is answered, however often the connection is lost on the way; it rejects only when this is closed
//   - a multi is carried out at most once: lost with its connection or its session, it rejects with 'reset'
//   - while 'expired', `leaseUntil` has passed; 'connected' comes when the new session has caught up with the ensemble
//     and its watches are armed

import type {
  Coordination,
  MultiResult,
  Node,
  Operation,
  SessionState,
  WatchListener,
} from '@samsa/coordination'
import { type World, WorldError } from '@samsa/world'

/** Opens a session. */
export type Connect = () => Promise<Coordination>

/** Between two attempts to open a session, in milliseconds. */
const retryMs = 250

interface Watch {
  readonly prefix: string
  readonly listener: WatchListener
  /** Ends it in the session there is now. */
  end: () => void
  isEnded: boolean
}

/** A session that is followed by another one when it expires. */
export class RenewedSession implements Coordination {
  readonly #world: World
  readonly #connect: Connect
  readonly #listeners = new Set<(state: SessionState) => void>()
  readonly #watches = new Set<Watch>()
  #session: Coordination
  #stopFollowing: () => void = () => {}
  #state: SessionState
  /** Resolves when there is a session to ask. */
  #renewal: Promise<void> | undefined
  readonly #closing = new AbortController()

  private constructor(world: World, connect: Connect, session: Coordination) {
    this.#world = world
    this.#connect = connect
    this.#session = session
    this.#state = session.state
    this.#follow()
  }

  /** Opens the first session; rejects as `connect` does. */
  static async open(world: World, connect: Connect): Promise<RenewedSession> {
    return new RenewedSession(world, connect, await connect())
  }

  /** Of the session there is now. */
  get sessionId(): string {
    return this.#session.sessionId
  }

  /** Here 'expired' is not final: 'connected' follows when there is a new session. */
  get state(): SessionState {
    return this.#state
  }

  get leaseUntil(): number {
    return this.#state === 'expired' ? Number.NEGATIVE_INFINITY : this.#session.leaseUntil
  }

  onState(listener: (state: SessionState) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  get(path: string): Promise<Node | undefined> {
    return this.#read((session) => session.get(path))
  }

  getAll(paths: readonly string[]): Promise<(Node | undefined)[]> {
    return this.#read((session) => session.getAll(paths))
  }

  children(path: string): Promise<readonly string[] | undefined> {
    return this.#read((session) => session.children(path))
  }

  descendants(prefix: string): Promise<readonly string[]> {
    return this.#read((session) => session.descendants(prefix))
  }

  sync(): Promise<void> {
    return this.#read((session) => session.sync())
  }

  async multi(operations: readonly Operation[]): Promise<MultiResult> {
    if (this.#renewal !== undefined) await this.#renewal
    this.#requireOpen()
    const session = this.#session
    try {
      return await session.multi(operations)
    } catch (error) {
      if (!(error instanceof WorldError) || error.kind !== 'closed' || this.#isClosed) throw error
      // The session ended while this was under way.
      throw new WorldError('reset', error.subject, error.message, { cause: error })
    }
  }

  async watch(prefix: string, listener: WatchListener): Promise<() => void> {
    const watch: Watch = { prefix, listener, end: () => {}, isEnded: false }
    await this.#read((session) => this.#arm(session, watch))
    this.#watches.add(watch)
    return () => {
      watch.isEnded = true
      this.#watches.delete(watch)
      watch.end()
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#watches.clear()
    this.#stopFollowing()
    await this.#renewal
    await this.#session.close()
    this.#become('closed')
    this.#listeners.clear()
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  #requireOpen(): void {
    if (!this.#isClosed) return
    throw new WorldError('closed', this.sessionId, 'The coordination session is closed.')
  }

  async #read<T>(ask: (session: Coordination) => Promise<T>): Promise<T> {
    for (;;) {
      if (this.#renewal !== undefined) await this.#renewal
      this.#requireOpen()
      const session = this.#session
      try {
        return await ask(session)
      } catch (error) {
        const isLost =
          error instanceof WorldError && (error.kind === 'reset' || error.kind === 'closed')
        if (!isLost || this.#isClosed) throw error
        // A session that was closed by somebody else has no successor.
        if (session === this.#session && session.state === 'closed') throw error
      }
    }
  }

  async #arm(session: Coordination, watch: Watch): Promise<void> {
    const end = await session.watch(watch.prefix, watch.listener)
    if (watch.isEnded) end()
    else watch.end = end
  }

  #follow(): void {
    const session = this.#session
    this.#stopFollowing = session.onState((state) => {
      if (state === 'expired') this.#renew()
      else this.#become(state)
    })
  }

  #renew(): void {
    this.#stopFollowing()
    this.#world.logger.warn(
      { sessionId: this.sessionId },
      'The coordination session has expired; a new one is opened.',
    )
    this.#renewal = this.#openNext().finally(() => {
      this.#renewal = undefined
      if (this.#isClosed) return
      this.#become('connected')
      for (const { listener } of Array.from(this.#watches)) listener.resync()
    })
    this.#become('expired')
  }

  async #openNext(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const session = await this.#connect()
        try {
          // It may be served by somebody who is behind the one that was asked before.
          await session.sync()
          for (const watch of this.#watches) await this.#arm(session, watch)
        } catch (error) {
          await session.close()
          throw error
        }
        this.#session = session
        this.#follow()
        // It may have ended already, before anybody listened.
        if (session.state !== 'expired') return
        this.#stopFollowing()
      } catch (error) {
        if (!(error instanceof WorldError)) throw error
        this.#world.logger.warn({ error }, 'Coordination cannot be reached; it is tried again.')
        await this.#world.clock.sleep(retryMs, this.#closing.signal).catch(() => {})
      }
    }
  }

  #become(state: SessionState): void {
    if (this.#state === state || this.#state === 'closed') return
    this.#state = state
    for (const listener of Array.from(this.#listeners)) listener(state)
  }
}
