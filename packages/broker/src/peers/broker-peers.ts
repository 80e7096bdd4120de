// How this broker asks others: requests over connections of their own, found by broker id. Whoever asks names a channel;
// requests of one channel wait for each other on the other side, those of different channels do not.
//
// Invariant: a request goes to the life of a broker that is registered when it is sent. When the registration changes,
// every connection to the earlier life is dropped and what was asked over it fails.

import { type Api, KafkaError, type RequestInput, type ResponseOf } from '@samsa/protocol'
import type { World } from '@samsa/world'
import type { Endpoint, MetadataView } from '../metadata/metadata-view.ts'
import { PeerChannel } from './peer-channel.ts'

/** How one request is made. */
export interface PeerRequestOptions {
  /** REQUEST_TIMED_OUT after so long; what was asked for may still happen. */
  readonly timeoutMs: number
  /** Name of the connection to use; 'requests' when absent. */
  readonly channel?: string
  /** Highest version to speak, where the highest known to both is not wanted. */
  readonly maxVersion?: number
}

/** Asks other brokers. */
export interface BrokerPeers {
  /**
   * Sends a request to another broker, in the highest version that both know; resolves to its answer. Rejects with a
   * KafkaError: BROKER_NOT_AVAILABLE (not registered, or not on the listener between brokers), NETWORK_EXCEPTION (the
   * connection failed; what was asked for may have happened), REQUEST_TIMED_OUT, UNSUPPORTED_VERSION.
   */
  request<A extends Api>(
    brokerId: number,
    api: A,
    body: RequestInput<A>,
    options: PeerRequestOptions,
  ): Promise<ResponseOf<A>>
}

/** What peers are found with. */
export interface ConnectedPeersOptions {
  readonly brokerId: number
  readonly metadata: MetadataView
  /** Name of the listener that brokers use among themselves. */
  readonly listenerName: string
}

interface OpenChannel {
  readonly brokerId: number
  /** Of the registration that the channel was opened for. */
  readonly epoch: number
  readonly channel: PeerChannel
}

/** Peers over the network. */
export class ConnectedPeers implements BrokerPeers {
  readonly #world: World
  readonly #options: ConnectedPeersOptions
  /** By broker id and channel name. */
  readonly #channels = new Map<string, OpenChannel>()
  readonly #stopWatching: () => void
  #isClosed = false

  constructor(world: World, options: ConnectedPeersOptions) {
    this.#world = world
    this.#options = options
    this.#stopWatching = options.metadata.onChange((delta) => {
      if (delta.brokersChanged) this.#dropEarlierLives()
    })
  }

  async request<A extends Api>(
    brokerId: number,
    api: A,
    body: RequestInput<A>,
    { timeoutMs, channel = 'requests', maxVersion }: PeerRequestOptions,
  ): Promise<ResponseOf<A>> {
    return await this.#channelTo(brokerId, channel).request(api, body, { timeoutMs, maxVersion })
  }

  /** Drops every connection; what is being asked fails, and so does what is asked from now on. */
  close(): void {
    this.#isClosed = true
    this.#stopWatching()
    for (const { channel } of this.#channels.values()) channel.close()
    this.#channels.clear()
  }

  #channelTo(brokerId: number, name: string): PeerChannel {
    const registration = this.#options.metadata.broker(brokerId)
    const endpoint = registration?.endpoints.get(this.#options.listenerName)
    if (registration === undefined || endpoint === undefined || this.#isClosed) {
      throw new KafkaError('BROKER_NOT_AVAILABLE', `Broker ${brokerId} cannot be asked.`)
    }
    const key = `${brokerId}/${name}`
    const known = this.#channels.get(key)
    if (known?.epoch === registration.epoch) return known.channel
    known?.channel.close()
    const channel = new PeerChannel(this.#world, {
      host: hostOf(endpoint),
      port: endpoint.port,
      clientId: `broker-${this.#options.brokerId}-${name}`,
    })
    this.#channels.set(key, { brokerId, epoch: registration.epoch, channel })
    return channel
  }

  #dropEarlierLives(): void {
    for (const [key, { brokerId, epoch, channel }] of this.#channels) {
      if (this.#options.metadata.broker(brokerId)?.epoch === epoch) continue
      channel.close()
      this.#channels.delete(key)
    }
  }
}

/** Where a broker is reached that advertises no address: where it listens, or here if it listens everywhere. */
function hostOf({ host, boundHost = '' }: Endpoint): string {
  if (host !== '') return host
  const isEverywhere = boundHost === '' || boundHost === '0.0.0.0' || boundHost === '::'
  return isEverywhere ? '127.0.0.1' : boundHost
}
