// Where partitions without position begin: where their group left off, or where the reset policy says.
//
// Invariant: a partition that somebody has sought meanwhile stays where it is.

import { KafkaError } from '@samsa/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { ConsumerPlan } from './consumer-settings.ts'
import { findOffsets, type OffsetQuery } from './offset-lookup.ts'
import type { PartitionState } from './partition-state.ts'
import { startOf } from './start-position.ts'

/** Finds where a group left off; partitions that it does not know stay as they are. */
export type PositionSource = (states: readonly PartitionState[]) => Promise<void>

/** Finds positions for one consumer. */
export class PositionFinder {
  readonly #cluster: Cluster
  readonly #plan: ConsumerPlan
  readonly #source: PositionSource | undefined
  readonly #failed: (error: unknown, state: PartitionState) => void

  constructor(
    cluster: Cluster,
    plan: ConsumerPlan,
    source: PositionSource | undefined,
    failed: (error: unknown, state: PartitionState) => void,
  ) {
    this.#cluster = cluster
    this.#plan = plan
    this.#source = source
    this.#failed = failed
  }

  /** Resolves when all have a position, or `failed` was told why not. */
  async locate(states: readonly PartitionState[]): Promise<void> {
    for (const state of states) state.isLocating = true
    try {
      const open = states.filter(({ start }) => start === undefined)
      if (this.#source !== undefined && open.length > 0) await this.#source(open)
      // Who has sought meanwhile, or was found, knows where it is.
      const queries = this.#queries(states.filter(({ isLocating }) => isLocating))
      const deadlineMs = this.#cluster.world.clock.monotonic() + this.#plan.defaultApiTimeoutMs
      const list = queries.map(({ query }) => query)
      const found = list.length === 0 ? [] : await this.#find(list, deadlineMs)
      for (const { state } of queries) {
        const place = found.find(
          (one) => one.topic === state.topic && one.partition === state.partition,
        )
        if (state.isLocating && place !== undefined) state.seek(place.offset)
      }
    } catch (error) {
      for (const state of states) if (state.isLocating) this.#failed(error, state)
    }
  }

  /** What to ask for these partitions; where nothing says where they begin, the reader is told. */
  #queries(
    states: readonly PartitionState[],
  ): { readonly state: PartitionState; readonly query: OffsetQuery }[] {
    return states.flatMap((state) => {
      const { topic, partition } = state
      const at = state.start ?? startOf(this.#plan.resetPolicy, this.#cluster.world.clock.now())
      if (at !== undefined && typeof at !== 'number') {
        return [{ state, query: { topic, partition, at } }]
      }
      const message = `${topic}-${partition} has no position, and autoOffsetReset is none: seek.`
      this.#failed(new KafkaError('OFFSET_OUT_OF_RANGE', message), state)
      return []
    })
  }

  async #find(
    queries: readonly OffsetQuery[],
    deadlineMs: number,
  ): Promise<{ topic: string; partition: number; offset: number }[]> {
    const { isReadCommitted } = this.#plan
    const patience = { deadlineMs, mayCreateTopics: this.#plan.mayCreateTopics }
    const found = await findOffsets(this.#cluster, queries, isReadCommitted, patience)
    const late = found.filter(({ offset }) => offset < 0)
    if (late.length === 0) return found
    // Nothing is so young: the next record will be.
    const ends = late.map(({ topic, partition }) => ({ topic, partition, at: 'latest' as const }))
    const rest = await findOffsets(this.#cluster, ends, isReadCommitted, patience)
    return [...found.filter(({ offset }) => offset >= 0), ...rest]
  }
}
