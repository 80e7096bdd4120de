// Listeners and their connections: who may come in, what he speaks, how long he may be silent, why he was turned out.

import {
  ConnectionLimits,
  protocolOf,
  ReceiveBudget,
  ServerConnection,
  SlabPool,
  type TimerWheel,
} from '@samsa/network'
import type { Address, Connection, Listener, World } from '@samsa/world'
import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'
import { ClientConnection, type ListenerIdentity } from './client-connection.ts'
import type { Explain } from './explain.ts'
import { overlaps, type Peer, type RequestLoop } from './request-loop.ts'

/** No new request of a connection is started while it leaves more than this unread. */
const unsentBytesMax = 64 * 1024
/** Unwritten bytes at which sockets are no longer read: piled up, they cost more than everything else. */
const unwrittenBytesMax = 32 * 1024 * 1024

/** A listener to open. */
export interface ListenerSpec extends ListenerIdentity {
  readonly host: string
  /** 0: the system chooses. */
  readonly port: number
}

/** What a socket server works with. */
export interface SocketServerOptions {
  readonly settings: BrokerSettingsView
  readonly wheel: TimerWheel
  readonly explain: Explain
  /** Bytes accepted by the logs and not written yet. */
  readonly unwrittenBytes: () => number
}

/** The open ports of a broker and everybody connected to them. */
export class SocketServer {
  readonly #world: World
  readonly #settings: BrokerSettingsView
  readonly #wheel: TimerWheel
  readonly #explain: Explain
  readonly #limits: ConnectionLimits
  readonly #slabs = new SlabPool()
  readonly #budget: ReceiveBudget
  readonly #listeners: Listener[] = []
  readonly #sessions = new Set<Session>()
  #loop: RequestLoop | undefined
  #lastId = 0
  #closing: (() => void) | undefined

  constructor(world: World, options: SocketServerOptions) {
    this.#world = world
    this.#settings = options.settings
    this.#wheel = options.wheel
    this.#explain = options.explain
    this.#limits = new ConnectionLimits(() => limitsOf(options.settings))
    this.#budget = new ReceiveBudget(() => {
      if (options.unwrittenBytes() > unwrittenBytesMax) return 0
      const limit = options.settings.get('queued.max.request.bytes')
      return limit > 0 ? limit : Number.POSITIVE_INFINITY
    })
    world.metrics.gauge(
      'kafka_server_socketserver_connection_count',
      'Open client connections.',
      () => this.#sessions.size,
    )
  }

  /** Connections that are open now. */
  get connectionCount(): number {
    return this.#sessions.size
  }

  /** Opens a port; its connections wait unanswered until `serve`. Resolves to its address. */
  async listen(spec: ListenerSpec): Promise<Address> {
    const listener = await this.#world.network.listen(
      {
        host: spec.host,
        port: spec.port,
        backlog: this.#settings.get('socket.listen.backlog.size'),
      },
      (connection) => this.#accept(spec, connection),
    )
    this.#listeners.push(listener)
    return listener.address
  }

  /** Answers requests with `loop` from now on. */
  serve(loop: RequestLoop): void {
    this.#loop = loop
  }

  /** Accepts nothing more; lets every connection finish what it has begun, for at most `graceMs`. */
  async close(graceMs: number): Promise<void> {
    for (const listener of this.#listeners.splice(0)) await listener.close()
    if (this.#sessions.size === 0) return
    await new Promise<void>((resolve) => {
      this.#closing = resolve
      this.#wheel.after(graceMs, () => {
        for (const session of this.#sessions) session.server.destroy()
      })
      for (const session of this.#sessions) {
        // Long polls end now: nothing more will come.
        session.info.close()
        session.server.finish()
      }
    })
  }

  #accept(spec: ListenerSpec, connection: Connection): void {
    const { host, port } = connection.remote
    const from = `${host}:${port}`
    const loop = this.#loop
    const refusal = loop === undefined ? 'The broker is still starting.' : this.#limits.admit(host)
    if (loop === undefined || refusal !== undefined) {
      connection.start({ data: () => {}, drained: () => {}, closed: () => {} })
      connection.destroy()
      this.#tellClosed(from, refusal ?? '')
      return
    }
    const info = new ClientConnection(++this.#lastId, spec, connection)
    const session = new Session(info, connection, {
      loop,
      slabs: this.#slabs,
      budget: this.#budget,
      wheel: this.#wheel,
      maxFrameBytes: () => this.#settings.get('socket.request.max.bytes'),
      maxIdleMs: () => this.#settings.get('connections.max.idle.ms'),
      refused: (reason) => this.#tellClosed(from, reason),
      closed: () => {
        this.#limits.leave(host)
        this.#sessions.delete(session)
        if (this.#sessions.size === 0) this.#closing?.()
      },
    })
    this.#sessions.add(session)
  }

  #tellClosed(remote: string, reason: string): void {
    this.#world.logger.info({ remote, reason }, 'A connection was closed.')
    this.#explain.tell('connection-closed', reason, { remote })
  }
}

interface SessionOptions {
  readonly loop: RequestLoop
  readonly slabs: SlabPool
  readonly budget: ReceiveBudget
  readonly wheel: TimerWheel
  readonly maxFrameBytes: () => number
  readonly maxIdleMs: () => number
  readonly refused: (reason: string) => void
  readonly closed: () => void
}

/** One connection from its first byte to its last. */
class Session implements Peer {
  readonly info: ClientConnection
  readonly server: ServerConnection
  readonly #connection: Connection
  readonly #options: SessionOptions
  #idle: { cancel(): void }
  #activity = 0
  #begun = false
  /** How many of its answers told the client to be silent and are not over. */
  #throttles = 0

  constructor(info: ClientConnection, connection: Connection, options: SessionOptions) {
    this.info = info
    this.#connection = connection
    this.#options = options
    this.server = new ServerConnection(
      connection,
      {
        overlaps,
        start: (exchange) => options.loop.start(exchange, this),
        refused: options.refused,
        closed: () => this.#closed(),
      },
      {
        slabs: options.slabs,
        budget: options.budget,
        maxFrameBytes: options.maxFrameBytes,
        maxUnsentBytes: unsentBytesMax,
      },
    )
    connection.start({
      data: (chunk) => this.#data(chunk),
      drained: () => this.server.drained(),
      closed: (error) => this.server.closed(error),
    })
    this.#idle = this.#watchIdle()
  }

  refuse(reason: string): void {
    this.#options.refused(reason)
    this.server.refuse()
  }

  throttle(throttleTimeMs: number): void {
    this.#throttles += 1
    this.server.mute()
    this.#options.wheel.after(throttleTimeMs, () => {
      this.#throttles -= 1
      if (this.#throttles === 0) this.server.unmute()
    })
  }

  #data(chunk: Buffer): void {
    if (!this.#begun) {
      this.#begun = true
      const protocol = protocolOf(chunk[0] ?? 0)
      if (protocol !== 'kafka') {
        this.#options.refused(`A client speaks ${protocol} where Kafka's protocol is expected.`)
        this.#connection.destroy()
        return
      }
    }
    this.server.data(chunk)
  }

  #watchIdle(): { cancel(): void } {
    const maxIdleMs = this.#options.maxIdleMs()
    // Below zero connections may be idle for ever.
    if (maxIdleMs < 0) return { cancel: () => {} }
    return this.#options.wheel.after(maxIdleMs, () => {
      if (this.server.activity === this.#activity && this.server.quiet) {
        this.#options.refused('The connection was idle too long (connections.max.idle.ms).')
        this.server.destroy()
        return
      }
      this.#activity = this.server.activity
      this.#idle = this.#watchIdle()
    })
  }

  #closed(): void {
    this.#idle.cancel()
    this.info.close()
    this.#options.closed()
  }
}

function limitsOf(settings: BrokerSettingsView): {
  maxConnections: number
  maxConnectionsPerIp: number
  overrides: ReadonlyMap<string, number>
} {
  return {
    maxConnections: settings.get('max.connections'),
    maxConnectionsPerIp: settings.get('max.connections.per.ip'),
    overrides: overridesOf(settings.get('max.connections.per.ip.overrides')),
  }
}

let parsedOverrides: { text: string; map: ReadonlyMap<string, number> } = {
  text: '',
  map: new Map(),
}

/** `host:count`, separated by commas. */
function overridesOf(text: string): ReadonlyMap<string, number> {
  if (text === parsedOverrides.text) return parsedOverrides.map
  const map = new Map<string, number>()
  for (const entry of text.split(',')) {
    const colon = entry.lastIndexOf(':')
    if (colon > 0) map.set(entry.slice(0, colon).trim(), Number(entry.slice(colon + 1)))
  }
  parsedOverrides = { text, map }
  return map
}
