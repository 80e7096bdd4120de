// A connection that is up, and what the broker behind it serves: requests go out in a version that both know, within the time
// that they have.
//
// Invariants: requests leave in the order of the `send` calls of one turn; every request has exactly one outcome.

import type { KafkaConnection } from '@samsa/network'
import type { Api, RequestInput, ResponseOf } from '@samsa/protocol'
import { type World, WorldError } from '@samsa/world'
import { tracedRequest } from '../observability/channels.ts'
import type { LinkMetrics } from '../observability/link-metrics.ts'
import type { SaslSession } from '../security/session.ts'
import { chooseVersion, type ServedVersions } from './supported-versions.ts'

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

function late(name: string, api: Api, timeoutMs: number, cause: unknown): WorldError {
  const message = `${name} did not answer ${api.name} within ${timeoutMs} ms.`
  return new WorldError('unreachable', name, message, { cause })
}
