// One connection to one broker, made when it is first needed and made again when it was lost. Two links to a broker exist:
// one for requests that are answered at once, one for those that wait (fetches, joins), which would hold up the others.
//
// Invariant: after a failure the next attempt waits for the backoff, however many callers ask.

import { KafkaConnection } from '@samsa/network'
import type { Api, RequestInput, ResponseOf } from '@samsa/protocol'
import { type Timer, type TlsOptions, type World, WorldError } from '@samsa/world'
import { authenticate, type SaslChannel } from '../security/authenticate.ts'
import type { SaslOptions } from '../security/sasl-options.ts'
import { LinkMetrics } from '../observability/link-metrics.ts'
import { SaslSession } from '../security/session.ts'
import { addressText, type BrokerAddress } from './address.ts'
import { type Backoff, backoffMs } from './backoff.ts'
import { OpenLink, type SendOptions } from './open-link.ts'
import type { ServedVersions } from './supported-versions.ts'

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
