// A client of the simulated cluster: it finds leaders and coordinators as real clients do, connects again when it loses a
// connection, and leaves what became of a request in flight open.

import { KafkaConnection } from '@samsa/network'
import { FindCoordinator, Metadata } from '@samsa/protocol'
import { type World, WorldError } from '@samsa/world'
import type { Asker, Destination } from '../broker/destination.ts'
import { topic } from '../transactions/read-committed.ts'
import { brokerPort, hostOf } from './simulated-cluster.ts'

const requestTimeoutMs = 2500
/** How long what was found out is believed. */
const cacheMs = 150

/** A partition as metadata tells of it. */
export interface PartitionStatus {
  readonly leaderId: number
  readonly leaderEpoch: number
  readonly isr: readonly number[]
}

interface Known<T> {
  readonly value: T
  readonly atMs: number
}

/** A client that may ask any broker. */
export class ClusterClient implements Asker {
  readonly world: World
  readonly #brokerIds: readonly number[]
  readonly #connections = new Map<number, KafkaConnection>()
  readonly #coordinators = new Map<string, Known<number>>()
  #status: Known<readonly PartitionStatus[]> | undefined
  #next: number

  /** `brokerIds` are the brokers to begin with. */
  constructor(world: World, brokerIds: readonly number[]) {
    this.world = world
    this.#brokerIds = brokerIds
    this.#next = world.random.below(brokerIds.length)
  }

  async ask<T>(
    ask: (connection: KafkaConnection) => Promise<T>,
    to: Destination | { readonly kind: 'broker'; readonly brokerId: number } = { kind: 'any' },
  ): Promise<T | undefined> {
    const brokerId = to.kind === 'broker' ? to.brokerId : await this.#find(to)
    if (brokerId === undefined) {
      await this.world.clock.sleep(20)
      return undefined
    }
    return this.#askBroker(brokerId, ask)
  }

  /** What some broker says of the topic's partitions; undefined when it does not answer, or does not know the topic. */
  async partitions(): Promise<readonly PartitionStatus[] | undefined> {
    const nowMs = this.world.clock.monotonic()
    if (this.#status !== undefined && nowMs - this.#status.atMs < cacheMs) return this.#status.value
    const answer = await this.#askBroker(this.#anyId(), (connection) =>
      connection.send(Metadata, 9, { topics: [{ name: topic }], allowAutoTopicCreation: false }),
    )
    const [found] = answer?.topics ?? []
    if (found === undefined || found.errorCode !== 0) return undefined
    const value = found.partitions
      .toSorted((a, b) => a.partitionIndex - b.partitionIndex)
      .map(({ leaderId, leaderEpoch, isrNodes }) => ({ leaderId, leaderEpoch, isr: isrNodes }))
    this.#status = { value, atMs: this.world.clock.monotonic() }
    return value
  }

  async #find(to: Destination): Promise<number | undefined> {
    if (to.kind === 'any') return this.#anyId()
    if (to.kind === 'leader') {
      const leaderId = (await this.partitions())?.[to.partition]?.leaderId ?? -1
      return leaderId === -1 ? undefined : leaderId
    }
    const name = `${to.keyType}/${to.key}`
    const known = this.#coordinators.get(name)
    const nowMs = this.world.clock.monotonic()
    if (known !== undefined && nowMs - known.atMs < cacheMs) return known.value
    const answer = await this.#askBroker(this.#anyId(), (connection) =>
      connection.send(FindCoordinator, 2, { key: to.key, keyType: to.keyType }),
    )
    if (answer?.errorCode !== 0) return undefined
    const value = answer.nodeId
    this.#coordinators.set(name, { value, atMs: this.world.clock.monotonic() })
    return value
  }

  /** Somebody else each time: a broker that is cut off must not hold a client up for good. */
  #anyId(): number {
    this.#next = (this.#next + 1) % this.#brokerIds.length
    return this.#brokerIds[this.#next] ?? 1
  }

  async #askBroker<T>(
    brokerId: number,
    ask: (connection: KafkaConnection) => Promise<T>,
  ): Promise<T | undefined> {
    const { clock } = this.world
    const late = new AbortController()
    const timer = clock.after(requestTimeoutMs, () => {
      late.abort(new WorldError('unreachable', hostOf(brokerId), 'too late'))
      this.#connections.get(brokerId)?.destroy()
    })
    try {
      const connection =
        this.#connections.get(brokerId) ?? (await this.#open(brokerId, late.signal))
      return await ask(connection)
    } catch (error) {
      if (!(error instanceof Error && error.name === 'WorldError')) throw error
      this.#connections.get(brokerId)?.destroy()
      this.#connections.delete(brokerId)
      this.#status = undefined
      this.#coordinators.clear()
      await clock.sleep(20)
      return undefined
    } finally {
      timer.cancel()
    }
  }

  async #open(brokerId: number, signal: AbortSignal): Promise<KafkaConnection> {
    const address = { host: hostOf(brokerId), port: brokerPort }
    const connection = await KafkaConnection.open(this.world.network, { ...address, signal })
    this.#connections.set(brokerId, connection)
    return connection
  }
}
