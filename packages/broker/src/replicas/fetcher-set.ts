// The fetchers of this broker: for each broker that leads something this one has a replica of, as many as
// num.replica.fetchers says, each with a connection and a session of its own. Partitions are spread over them by hash.

import { javaHashCode } from '@samsa/protocol'
import type { World } from '@samsa/world'
import type { Partition } from './partition.ts'
import { type FetcherOptions, ReplicaFetcher } from './replica-fetcher.ts'

/** Which of the fetchers of a leader follows a partition: Kafka's rule. */
export function fetcherOf(topic: string, partition: number, fetchers: number): number {
  const hash = (Math.imul(31, javaHashCode(topic)) + partition) | 0
  // As in Java, where the smallest number has no positive counterpart.
  return (hash === -0x80000000 ? 0 : Math.abs(hash)) % fetchers
}

/** Follows all leaders. */
export class FetcherSet {
  readonly #world: World
  readonly #options: FetcherOptions
  /** By leader and number. */
  readonly #fetchers = new Map<string, ReplicaFetcher>()
  /** Who follows each partition. */
  readonly #followed = new Map<Partition, ReplicaFetcher>()
  #perLeader: number

  constructor(world: World, options: FetcherOptions) {
    this.#world = world
    this.#options = options
    this.#perLeader = options.settings.get('num.replica.fetchers')
  }

  /** Follows the partition as its role says, or no longer. */
  update(partition: Partition): void {
    const { role } = partition
    if (role.kind !== 'follower') {
      this.remove(partition)
      return
    }
    const { leaderId, leaderEpoch } = role
    const fetcher = this.#fetcherFor(partition, leaderId)
    if (this.#followed.get(partition) !== fetcher) this.remove(partition)
    this.#followed.set(partition, fetcher)
    fetcher.add(partition, leaderEpoch)
  }

  /** The partition is not followed any more. */
  remove(partition: Partition): void {
    this.#followed.get(partition)?.remove(partition)
    this.#followed.delete(partition)
  }

  /** Spreads the partitions anew if num.replica.fetchers has changed. */
  spread(): void {
    const perLeader = this.#options.settings.get('num.replica.fetchers')
    if (perLeader === this.#perLeader) return
    this.#perLeader = perLeader
    for (const partition of Array.from(this.#followed.keys())) this.update(partition)
  }

  /** Committed records that the partition furthest behind its leader lacks. */
  get maxLag(): number {
    let most = 0
    for (const fetcher of this.#fetchers.values()) most = Math.max(most, fetcher.maxLag)
    return most
  }

  /** Ends; resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.#followed.clear()
    await Promise.all(Array.from(this.#fetchers.values(), (fetcher) => fetcher.stop()))
  }

  #fetcherFor({ topic, index }: Partition, leaderId: number): ReplicaFetcher {
    const id = fetcherOf(topic, index, this.#perLeader)
    const key = `${leaderId}/${id}`
    let fetcher = this.#fetchers.get(key)
    if (fetcher === undefined) {
      fetcher = new ReplicaFetcher(this.#world, leaderId, id, this.#options)
      this.#fetchers.set(key, fetcher)
    }
    return fetcher
  }
}
