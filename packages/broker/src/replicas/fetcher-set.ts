// The fetchers of this broker, one for each broker that leads something this one has a replica of.

import type { World } from '@samsa/world'
import type { Partition } from './partition.ts'
import { type FetcherOptions, ReplicaFetcher } from './replica-fetcher.ts'

/** Follows all leaders. */
export class FetcherSet {
  readonly #world: World
  readonly #options: FetcherOptions
  readonly #fetchers = new Map<number, ReplicaFetcher>()
  /** Whom each partition is followed at. */
  readonly #leaders = new Map<Partition, number>()

  constructor(world: World, options: FetcherOptions) {
    this.#world = world
    this.#options = options
  }

  /** Follows the partition as its role says, or no longer. */
  update(partition: Partition): void {
    const { role } = partition
    const before = this.#leaders.get(partition)
    if (role.kind !== 'follower') {
      this.remove(partition)
      return
    }
    const { leaderId, leaderEpoch } = role
    if (before !== undefined && before !== leaderId) this.remove(partition)
    this.#leaders.set(partition, leaderId)
    let fetcher = this.#fetchers.get(leaderId)
    if (fetcher === undefined) {
      fetcher = new ReplicaFetcher(this.#world, leaderId, this.#options)
      this.#fetchers.set(leaderId, fetcher)
    }
    fetcher.add(partition, leaderEpoch)
  }

  /** The partition is not followed any more. */
  remove(partition: Partition): void {
    const leaderId = this.#leaders.get(partition)
    if (leaderId === undefined) return
    this.#leaders.delete(partition)
    this.#fetchers.get(leaderId)?.remove(partition)
  }

  /** Ends; resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.#leaders.clear()
    await Promise.all(Array.from(this.#fetchers.values(), (fetcher) => fetcher.stop()))
  }
}
