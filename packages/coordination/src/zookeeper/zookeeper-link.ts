// Carries out what the session machine decides: finds a server, keeps a connection to it, and turns requests into
// promises. The thin shell around `session-machine.ts`.
//
// Invariant: at most one connection at a time; whatever an earlier one still delivers is not heard.

import { type Connection, type Timer, type TlsOptions, type World, WorldError } from '@samsa/world'
import type { ZooKeeperServer } from './connect-string.ts'
import { FrameAssembler } from './frame-assembler.ts'
import type { Request } from './requests.ts'
import { type Effect, type Reply, SessionMachine, type SessionWishes } from './session-machine.ts'

/** Where the link leads, and what it asks for. */
export interface LinkOptions extends SessionWishes {
  readonly servers: readonly ZooKeeperServer[]
  readonly tls?: TlsOptions
}

/** Who is told what happens to the session. */
export interface LinkListener {
  /** Prefixes whose watches a resumed session needs. */
  watched(): readonly string[]
  changed(path: string): void
  attached(resumed: boolean): void
  watching(): void
  suspended(): void
  /** The session is over: the server has forgotten it, or refuses its credentials. */
  ended(reason: 'expired' | 'refused'): void
}

/** Waiting between two attempts to connect, in milliseconds. */
const BACKOFF_MS = { least: 20, most: 1000 }

interface Call {
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: WorldError) => void
}

/** A session's way to its ensemble. */
export class ZooKeeperLink {
  readonly #world: World
  readonly #options: LinkOptions
  readonly #listener: LinkListener
  readonly #machine: SessionMachine
  readonly #calls = new Map<number, Call>()
  #connection: Connection | undefined
  #server = 'no server'
  #timer: Timer | undefined
  #timerAtMs = 0
  #failures = 0
  #isOver = false
  readonly #giveUp = new AbortController()
  readonly #effects: Effect[] = []
  #isActing = false

  constructor(world: World, options: LinkOptions, listener: LinkListener) {
    this.#world = world
    this.#options = options
    this.#listener = listener
    this.#machine = new SessionMachine(options)
  }

  get sessionId(): string {
    return this.#machine.sessionId
  }

  /** What the server granted. */
  get timeoutMs(): number {
    return this.#machine.timeoutMs
  }

  /** Address of the server that was tried or used last. */
  get server(): string {
    return this.#server
  }

  /** Begins to look for a server. */
  start(): void {
    void this.#connect()
  }

  /** Makes a request. Rejects with a 'reset' `WorldError` when the connection ends before the answer. */
  request(request: Request): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) {
        reject(new WorldError('closed', this.#server, 'The ZooKeeper session is over.'))
        return
      }
      const { xid, effects } = this.#machine.submit(request, this.#nowMs())
      this.#calls.set(xid, { resolve, reject })
      this.#carryOut(effects)
    })
  }

  /** A body made no sense: the server is dropped, another connection is made. */
  distrust(reason: string): void {
    this.#drop(reason)
  }

  /** Ends the link without telling the server. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#giveUp.abort()
    this.#timer?.cancel()
    const connection = this.#connection
    this.#connection = undefined
    this.#carryOut(this.#machine.end())
    connection?.destroy()
  }

  async #connect(): Promise<void> {
    while (!this.#isOver) {
      const { servers, tls, greetingTimeoutMs } = this.#options
      const server = servers[this.#world.random.below(servers.length)]
      if (server === undefined) return
      this.#server = `${server.host}:${server.port}`
      const attempt = new AbortController()
      const giveUp = this.#world.clock.after(greetingTimeoutMs, () => attempt.abort())
      try {
        const signal = AbortSignal.any([attempt.signal, this.#giveUp.signal])
        const options = tls === undefined ? { ...server, signal } : { ...server, signal, tls }
        this.#use(await this.#world.network.connect(options))
        return
      } catch (error) {
        if (!(error instanceof WorldError) && !attempt.signal.aborted && !this.#isOver) throw error
        this.#failures += 1
      } finally {
        giveUp.cancel()
      }
      await this.#pause()
    }
  }

  async #pause(): Promise<void> {
    const { least, most } = BACKOFF_MS
    const limit = Math.min(most, least * 2 ** Math.min(this.#failures, 10))
    await this.#world.clock.sleep(least + this.#world.random.fraction() * (limit - least))
  }

  #use(connection: Connection): void {
    if (this.#isOver) {
      connection.destroy()
      return
    }
    this.#connection = connection
    const assembler = new FrameAssembler()
    connection.start({
      data: (chunk) => {
        if (this.#connection !== connection) return
        const frames = assembler.take(chunk)
        if (frames === undefined) this.#drop('The server has sent a frame of impossible length.')
        for (const frame of frames ?? []) {
          if (this.#connection !== connection) return
          const watched = this.#listener.watched()
          this.#carryOut(this.#machine.received(frame, this.#nowMs(), watched))
        }
      },
      drained: () => {},
      closed: () => {
        if (this.#connection === connection) this.#drop('The connection was closed.')
      },
    })
    this.#carryOut(this.#machine.connected(this.#nowMs()))
  }

  #drop(reason: string): void {
    const connection = this.#connection
    if (connection === undefined) return
    this.#connection = undefined
    connection.destroy()
    const fields = { server: this.#server, reason }
    this.#world.logger.debug(fields, 'The connection to ZooKeeper has ended.')
    this.#carryOut(this.#machine.disconnected())
    this.#failures += 1
    if (!this.#isOver) void this.#pause().then(() => this.#connect())
  }

  // Effects lead to calls that lead to effects: all of them are carried out in the order in which they were decided.
  #carryOut(effects: readonly Effect[]): void {
    this.#effects.push(...effects)
    if (this.#isActing) return
    this.#isActing = true
    for (let effect = this.#effects.shift(); effect !== undefined; effect = this.#effects.shift()) {
      this.#act(effect)
    }
    this.#isActing = false
    this.#schedule()
  }

  #act(effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        this.#connection?.write([effect.frame])
        return
      case 'disconnect':
        this.#drop(effect.reason)
        return
      case 'reply':
        this.#take(effect.xid)?.resolve(effect.reply)
        return
      case 'lost':
        this.#take(effect.xid)?.reject(this.#lost())
        return
      case 'event':
        this.#listener.changed(effect.path)
        return
      case 'attached':
        this.#failures = 0
        this.#listener.attached(effect.resumed)
        return
      case 'watching':
        this.#listener.watching()
        return
      case 'suspended':
        this.#listener.suspended()
        return
      case 'expired':
      case 'refused':
        this.end()
        this.#listener.ended(effect.kind)
    }
  }

  #take(xid: number): Call | undefined {
    const call = this.#calls.get(xid)
    this.#calls.delete(xid)
    return call
  }

  #lost(): WorldError {
    const server = this.#server
    if (this.#isOver) return new WorldError('closed', server, 'The ZooKeeper session is over.')
    const message = `The connection to ZooKeeper at ${server} was lost before the answer came.`
    return new WorldError('reset', server, message)
  }

  #schedule(): void {
    const { deadlineMs } = this.#machine
    if (deadlineMs === undefined || this.#isOver) return
    // A deadline that has moved away is found out when the timer runs: no timer for every frame.
    if (this.#timer !== undefined && this.#timerAtMs <= deadlineMs) return
    this.#timer?.cancel()
    this.#timerAtMs = deadlineMs
    // Whole milliseconds: a timer for less than the clock can tell would run again and again at the same time.
    const delayMs = Math.ceil(Math.max(0, deadlineMs - this.#nowMs()))
    this.#timer = this.#world.clock.after(delayMs, () => {
      this.#timer = undefined
      this.#carryOut(this.#machine.tick(this.#nowMs()))
    })
  }

  #nowMs(): number {
    return this.#world.clock.monotonic()
  }
}
