// One connection to one broker, made when it is first needed and made again when it was lost. Two links to a broker exist:
// one for requests that are answered at once, one for those that wait (fetches, joins), which would hold up the others.
//
// Invariants: requests leave in the order of the `send` calls of one turn; every request has exactly one outcome; after a
// failure the next attempt waits for the backoff, however many callers ask.

import { KafkaConnection } from '@samsa/network'
import type { Api, RequestInput, ResponseOf } from '@samsa/protocol'
import { type Timer, type TlsOptions, type World, WorldError } from '@samsa/world'
import { authenticate, type SaslChannel } from '../security/authenticate.ts'
import type { SaslOptions } from '../security/sasl-options.ts'
import { tracedRequest } from '../observability/channels.ts'
import { LinkMetrics } from '../observability/link-metrics.ts'
import { SaslSession } from '../security/session.ts'
import { addressText, type BrokerAddress } from './address.ts'
import { type Backoff, backoffMs } from './backoff.ts'
import { chooseVersion, type ServedVersions } from './supported-versions.ts'

/** What all links of a client have in common. */
export interface LinkSettings {
  readonly clientId: string
  readonly requestTimeoutMs: number
  readonly connectionSetupTimeoutMs: number
  readonly connectionsMaxIdleMs: number
  readonly reconnectBackoff: Backoff
  /** Absent: no TLS. */
  readonly tls?: TlsOptions
  /** Absent: nobody is authenticated. */
  readonly sasl?: SaslOptions
}

/** How long a broker may take to close its end. */
const closeGraceMs = 500

const softwareName = 'samsa-client'
const softwareVersion = '0.1.0'

/** What a request may say beside its content. */
export interface SendOptions {
  /** Above `requestTimeoutMs`, for requests that the broker holds. */
  readonly timeoutMs?: number
  /** Highest version to speak. */
  readonly highestVersion?: number
}

/** A connection that is up, and what the broker behind it serves. */
export class OpenLink {
  readonly name: string
  readonly #world: World
  readonly #connection: KafkaConnection
  readonly #served: ServedVersions
  readonly #requestTimeoutMs: number
  readonly #session: SaslSession | undefined
  readonly #metrics: LinkMetrics
  #lastUsedMs: number
  /** Requests without an answer yet, and since when the broker has said nothing to them. */
  #unanswered = 0
  #silentSinceMs = 0

  constructor(
    world: World,
    connection: KafkaConnection,
    context: {
      readonly name: string
      readonly served: ServedVersions
      readonly requestTimeoutMs: number
      readonly metrics: LinkMetrics
      /** Of an authenticated connection. */
      readonly session?: SaslSession | undefined
    },
  ) {
    this.#world = world
    this.#connection = connection
    this.name = context.name
    this.#served = context.served
    this.#requestTimeoutMs = context.requestTimeoutMs
    this.#session = context.session
    this.#metrics = context.metrics
    this.#lastUsedMs = world.clock.monotonic()
  }

  /** Monotonic time of the last request or answer. */
  get lastUsedMs(): number {
    return this.#lastUsedMs
  }

  /** Requests that wait for their answers. */
  get inFlight(): number {
    return this.#connection.inFlight
  }

  /** The version that `send` speaks. Throws KafkaError UNSUPPORTED_VERSION. */
  version(api: Api, highest?: number): number {
    return chooseVersion(api, this.#served, this.name, highest)
  }

  /** Whether the broker serves some version of `api`. */
  serves(api: Api): boolean {
    return this.#served.has(api.key)
  }

  /** The level of one of the cluster's features; 0 where the broker knows none of that name. */
  feature(name: string): number {
    return this.#connection.features.get(name) ?? 0
  }

  /**
   * Sends a request within this turn; resolves to its answer. Rejects with KafkaError (no common version), ProtocolError
   * (the answer makes no sense), WorldError (the connection was lost or the time is over: the outcome is unknown). After a
   * time-out the connection is dropped, since answers come in order.
   */
  send<A extends Api>(
    api: A,
    request: RequestInput<A>,
    options: SendOptions = {},
  ): Promise<ResponseOf<A>> {
    const version = this.version(api, options.highestVersion)
    return this.sendVersion(api, version, request, options.timeoutMs)
  }

  /** As `send`, in a version that the caller has asked for before, because the request depends on it. */
  sendVersion<A extends Api>(
    api: A,
    version: number,
    request: RequestInput<A>,
    timeoutMs = this.#requestTimeoutMs,
  ): Promise<ResponseOf<A>> {
    const session = this.#session
    if (session === undefined || session.isOpen) {
      return this.#sendNow(api, version, request, timeoutMs)
    }
    return new Promise((resolve, reject) => {
      session.hold({
        go: () => resolve(this.#sendNow(api, version, request, timeoutMs)),
        fail: (error) => this.#refused(error, reject),
      })
    })
  }

  #sendNow<A extends Api>(
    api: A,
    version: number,
    request: RequestInput<A>,
    timeoutMs: number,
  ): Promise<ResponseOf<A>> {
    const place = { broker: this.name, api, version }
    return tracedRequest(place, () => this.#exchange(api, version, request, timeoutMs))
  }

  async #exchange<A extends Api>(
    api: A,
    version: number,
    request: RequestInput<A>,
    timeoutMs: number,
  ): Promise<ResponseOf<A>> {
    const { clock } = this.#world
    const startedMs = clock.monotonic()
    this.#lastUsedMs = startedMs
    if (this.#unanswered === 0) this.#silentSinceMs = startedMs
    this.#unanswered++
    let isLate = false
    const timer = clock.after(timeoutMs, () => {
      isLate = true
      this.#connection.destroy()
    })
    try {
      const answer = await this.#connection.send(api, version, request)
      this.#metrics.answered(api, clock.monotonic() - startedMs, answer)
      return answer
    } catch (error) {
      this.#metrics.failed(api)
      if (isLate) throw late(this.name, api, timeoutMs, error)
      // Bytes that make no sense leave the rest of the stream without sense too.
      if (error instanceof Error && error.name === 'ProtocolError') this.#connection.destroy()
      throw error
    } finally {
      timer.cancel()
      this.#unanswered--
      this.#lastUsedMs = clock.monotonic()
      this.#silentSinceMs = this.#lastUsedMs
    }
  }

  /** How long requests have waited without any answer from the broker, in milliseconds. */
  get silentMs(): number {
    return this.#unanswered === 0 ? 0 : this.#world.clock.monotonic() - this.#silentSinceMs
  }

  /** Sends a request that gets no answer. */
  tell<A extends Api>(api: A, version: number, request: RequestInput<A>): void {
    this.#lastUsedMs = this.#world.clock.monotonic()
    const session = this.#session
    if (session === undefined || session.isOpen) {
      this.#connection.tell(api, version, request)
      return
    }
    session.hold({
      go: () => this.#connection.tell(api, version, request),
      fail: (error) => this.#refused(error, () => {}),
    })
  }

  /** The connection could not be authenticated again: it is of no more use. */
  #refused(error: unknown, reject: (error: unknown) => void): void {
    this.#connection.destroy()
    reject(error)
  }

  /** Resolves when the connection is gone. */
  get closed(): Promise<void> {
    return this.#connection.closed
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  destroy(): void {
    this.#connection.destroy()
  }
}

/** A broker's address and the connection to it, whether it is up or not. */
export class BrokerLink {
  readonly name: string
  readonly #world: World
  readonly #address: BrokerAddress
  readonly #settings: LinkSettings
  readonly #end = new AbortController()
  readonly #metrics: LinkMetrics
  #open: OpenLink | undefined
  #opening: Promise<OpenLink> | undefined
  #failures = 0
  #retryAtMs = 0
  #idleTimer: Timer | undefined

  constructor(world: World, address: BrokerAddress, settings: LinkSettings) {
    this.#world = world
    this.#address = address
    this.#settings = settings
    this.name = addressText(address)
    this.#metrics = new LinkMetrics(world.metrics, this.name)
  }

  /** The connection if it is up: a request sent on it leaves in this turn. */
  get open(): OpenLink | undefined {
    return this.#open
  }

  /** Whether the last attempt failed and the next one waits for the backoff. */
  get isBackingOff(): boolean {
    return this.#failures > 0 && this.#world.clock.monotonic() < this.#retryAtMs
  }

  /** The connection, made now if it is not up. Rejects with a WorldError that names the address and the reason. */
  async connect(): Promise<OpenLink> {
    if (this.#open !== undefined) return this.#open
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  /** Connects where needed, then sends. */
  async send<A extends Api>(
    api: A,
    request: RequestInput<A>,
    options?: SendOptions,
  ): Promise<ResponseOf<A>> {
    const link = await this.connect()
    return link.send(api, request, options)
  }

  /** Ends the connection; requests in flight are rejected. The link is of no more use. */
  async close(): Promise<void> {
    this.#end.abort(new WorldError('closed', this.name, 'The client is closed.'))
    this.#idleTimer?.cancel()
    const link = this.#open
    if (link === undefined) return
    // A broker that is busy with a request, or gone, does not close its end at once.
    const timer = this.#world.clock.after(closeGraceMs, () => link.destroy())
    await link.close()
    timer.cancel()
  }

  async #connect(): Promise<OpenLink> {
    const { clock, random } = this.#world
    const waitMs = this.#failures === 0 ? 0 : this.#retryAtMs - clock.monotonic()
    if (waitMs > 0) await this.#backOff(waitMs)
    this.#end.signal.throwIfAborted()
    try {
      const link = await this.#establish()
      this.#failures = 0
      this.#metrics.connected(true)
      this.#watch(link)
      return link
    } catch (error) {
      this.#failures += 1
      this.#metrics.connected(false)
      const pauseMs = backoffMs(this.#settings.reconnectBackoff, this.#failures, random.fraction())
      this.#retryAtMs = clock.monotonic() + pauseMs
      throw error
    }
  }

  /** Somebody waits for the connection: the process does not end meanwhile. */
  async #backOff(waitMs: number): Promise<void> {
    const { clock } = this.#world
    const hold = clock.hold?.()
    try {
      await clock.sleep(waitMs, this.#end.signal)
    } finally {
      hold?.cancel()
    }
  }

  async #establish(): Promise<OpenLink> {
    const { clock, network } = this.#world
    const { clientId, connectionSetupTimeoutMs, requestTimeoutMs, tls } = this.#settings
    const attempt = new AbortController()
    const give = (reason: unknown): void => attempt.abort(reason)
    const onEnd = (): void => give(this.#end.signal.reason)
    this.#end.signal.addEventListener('abort', onEnd, { once: true })
    const timer = clock.after(connectionSetupTimeoutMs, () => {
      const message = `${this.name} did not take the connection within ${connectionSetupTimeoutMs} ms.`
      give(new WorldError('unreachable', this.name, message))
    })
    let connection: KafkaConnection | undefined
    const drop = (): void => connection?.destroy()
    attempt.signal.addEventListener('abort', drop, { once: true })
    try {
      const { signal } = attempt
      connection = await KafkaConnection.open(network, {
        ...this.#address,
        clientId,
        signal,
        ...(tls === undefined ? {} : { tls }),
      })
      const served = await connection
        .versions(softwareName, softwareVersion)
        .catch((error: unknown) => Promise.reject(this.#explained(error)))
      const session = await this.#authenticate(connection, served)
      const metrics = this.#metrics
      const context = { name: this.name, served, requestTimeoutMs, metrics, session }
      return new OpenLink(this.#world, connection, context)
    } catch (error) {
      connection?.destroy()
      throw attempt.signal.aborted ? attempt.signal.reason : error
    } finally {
      timer.cancel()
      attempt.signal.removeEventListener('abort', drop)
      this.#end.signal.removeEventListener('abort', onEnd)
    }
  }

  /** A listener for TLS hangs up on those who do not speak it, and says nothing. */
  #explained(error: unknown): unknown {
    const isMute = error instanceof WorldError && ['closed', 'reset'].includes(error.kind)
    if (!isMute || this.#settings.tls !== undefined) return error
    const message = `${error.message} It did so before its first answer: it may expect TLS.`
    return new WorldError(error.kind, this.name, message, { cause: error })
  }

  async #authenticate(
    connection: KafkaConnection,
    served: ServedVersions,
  ): Promise<SaslSession | undefined> {
    const { sasl } = this.#settings
    if (sasl === undefined) return undefined
    const channel = {
      name: this.name,
      served,
      send: connection.send.bind(connection),
    } satisfies SaslChannel
    const { clock, random } = this.#world
    const session = new SaslSession(this.#world, async () => {
      const timer = clock.after(this.#settings.requestTimeoutMs, () => connection.destroy())
      try {
        return await authenticate(channel, sasl, random)
      } finally {
        timer.cancel()
      }
    })
    await session.begin()
    return session
  }

  #watch(link: OpenLink): void {
    this.#open = link
    this.#armIdle(link, this.#settings.connectionsMaxIdleMs)
    void link.closed.then(() => {
      if (this.#open !== link) return
      this.#open = undefined
      this.#idleTimer?.cancel()
    })
  }

  #armIdle(link: OpenLink, waitMs: number): void {
    const { connectionsMaxIdleMs } = this.#settings
    if (connectionsMaxIdleMs < 0) return
    this.#idleTimer = this.#world.clock.after(waitMs, () => {
      const idleMs = this.#world.clock.monotonic() - link.lastUsedMs
      if (link.inFlight === 0 && idleMs >= connectionsMaxIdleMs) {
        if (this.#open === link) this.#open = undefined
        void link.close()
        return
      }
      this.#armIdle(link, Math.max(1, connectionsMaxIdleMs - idleMs))
    })
  }
}

function late(name: string, api: Api, timeoutMs: number, cause: unknown): WorldError {
  const message = `${name} did not answer ${api.name} within ${timeoutMs} ms.`
  return new WorldError('unreachable', name, message, { cause })
}
