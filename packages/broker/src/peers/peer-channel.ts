// One connection to one life of another broker: opened when first needed, opened again after a failure but not at once,
// and given up for good when that life has ended.
//
// Invariant: a request has exactly one outcome, at the latest when its time is over; a connection over which a request
// ran out of time is dropped, since its answers come in order.

import { KafkaConnection } from '@samsa/network'
import {
  type Api,
  KafkaError,
  ProtocolError,
  type RequestInput,
  type ResponseOf,
} from '@samsa/protocol'
import { type World, WorldError } from '@samsa/world'

/** Waits after failures: short at first, since most brokers that fail are back soon. */
const firstBackoffMs = 20
const lastBackoffMs = 1000

/** Where the other broker is reached. */
export interface PeerAddress {
  readonly host: string
  readonly port: number
  readonly clientId: string
}

/** How long a request may take, and the highest version to speak. */
export interface ChannelRequestOptions {
  readonly timeoutMs: number
  readonly maxVersion?: number | undefined
}

type Versions = Awaited<ReturnType<KafkaConnection['versions']>>

interface Open {
  readonly connection: KafkaConnection
  readonly versions: Versions
}

/** A connection that comes back. */
export class PeerChannel {
  readonly #world: World
  readonly #address: PeerAddress
  #isClosed = false
  #open: Promise<Open> | undefined
  /** Gives up the connection that is being opened. */
  #attempt: AbortController | undefined
  /** Of the connection being used, for whoever has to drop it. */
  #connection: KafkaConnection | undefined
  #backoffMs = 0
  #notBefore = 0

  constructor(world: World, address: PeerAddress) {
    this.#world = world
    this.#address = address
  }

  /** Rejects with a KafkaError: NETWORK_EXCEPTION, REQUEST_TIMED_OUT, UNSUPPORTED_VERSION. */
  async request<A extends Api>(
    api: A,
    body: RequestInput<A>,
    { timeoutMs, maxVersion }: ChannelRequestOptions,
  ): Promise<ResponseOf<A>> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = this.#world.clock.after(timeoutMs, () => {
      reject(new KafkaError('REQUEST_TIMED_OUT', `${this.#name} did not answer in time.`))
      this.#drop()
    })
    try {
      return await Promise.race([this.#exchange(api, body, maxVersion), late])
    } catch (error) {
      throw this.#named(error)
    } finally {
      timer.cancel()
    }
  }

  /** Drops the connection and opens none any more. */
  close(): void {
    this.#isClosed = true
    this.#drop()
  }

  #drop(): void {
    this.#attempt?.abort(new KafkaError('NETWORK_EXCEPTION', `${this.#name} is given up.`))
    const connection = this.#connection
    // Forgotten at once: a peer without power may let its end stand for long.
    this.#connection = undefined
    this.#open = undefined
    connection?.destroy()
  }

  get #name(): string {
    return `${this.#address.host}:${this.#address.port}`
  }

  async #exchange<A extends Api>(
    api: A,
    body: RequestInput<A>,
    maxVersion: number = api.versions[1],
  ): Promise<ResponseOf<A>> {
    this.#open ??= this.#connect()
    const { connection, versions } = await this.#open
    const version = Math.min(maxVersion, versions.get(api.key)?.maxVersion ?? -1)
    if (version < (versions.get(api.key)?.minVersion ?? 0)) {
      throw new KafkaError('UNSUPPORTED_VERSION', `${this.#name} does not serve ${api.name}.`)
    }
    return await connection.send(api, version, body)
  }

  async #connect(): Promise<Open> {
    const { clock, network } = this.#world
    const attempt = new AbortController()
    const { signal } = attempt
    this.#attempt = attempt
    let isTried = false
    try {
      if (this.#isClosed) this.#drop()
      const waitMs = this.#notBefore - clock.monotonic()
      if (waitMs > 0) await clock.sleep(waitMs, signal)
      signal.throwIfAborted()
      isTried = true
      const connection = await KafkaConnection.open(network, { ...this.#address, signal })
      if (signal.aborted) connection.destroy()
      else this.#connection = connection
      void connection.closed.then(() => this.#lost(connection))
      const versions = await connection.versions('samsa-broker', '1')
      this.#backoffMs = 0
      return { connection, versions }
    } catch (error) {
      if (this.#attempt === attempt) this.#open = undefined
      // Who gave up waiting has not failed: else requests with less patience than the wait would put it off for ever.
      if (isTried) {
        this.#backoffMs = Math.min(Math.max(2 * this.#backoffMs, firstBackoffMs), lastBackoffMs)
        this.#notBefore = clock.monotonic() + this.#backoffMs
      }
      throw error
    } finally {
      if (this.#attempt === attempt) this.#attempt = undefined
    }
  }

  #lost(connection: KafkaConnection): void {
    if (this.#connection !== connection) return
    this.#connection = undefined
    this.#open = undefined
  }

  /** The error as whoever asked gets it. Anything but a failure of the peer is a bug of ours. */
  #named(error: unknown): Error {
    if (error instanceof KafkaError) return error
    if (!(error instanceof WorldError || error instanceof ProtocolError)) throw error
    if (error instanceof ProtocolError) this.#drop()
    return new KafkaError('NETWORK_EXCEPTION', `${this.#name}: ${error.message}`, { cause: error })
  }
}
