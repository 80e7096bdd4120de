// The partitions that a consumer holds as a member of its group: where each begins, what is committed of it, and how it is
// given back.
//
// Invariant: before a partition is given up, nobody holds records of it any more (or has held them for too long), and what
// was processed of it is committed.

import type { Cluster } from '../cluster/cluster.ts'
import { type CommittedPosition, fetchCommitted } from '../groups/committed-offsets.ts'
import type { GroupCoordinator } from '../groups/group-coordinator.ts'
import type { GroupPlan, PartitionHolder } from '../groups/membership.ts'
import type { OffsetCommits, OffsetToCommit } from '../groups/offset-commits.ts'
import type { Topic } from '../serdes/topic.ts'
import type { ConsumerPlan } from './consumer-settings.ts'
import type { PartitionName } from './offset-lookup.ts'
import { PartitionState } from './partition-state.ts'
import type { AssignedPartition, RebalanceListener } from './rebalance-listener.ts'
import { RecordMaker } from './record.ts'
import type { RecordSupply } from './record-supply.ts'
import { StallWatch } from './stall-watch.ts'

/** How long a consumer that is closed tries to commit. */
const longestCloseMs = 10_000

interface Holding {
  readonly state: PartitionState
  readonly partition: AssignedPartition
  readonly end: AbortController
}

/** Holds partitions for one consumer. */
export class GroupReader<T extends Topic> implements PartitionHolder {
  readonly #cluster: Cluster
  readonly #plan: ConsumerPlan
  readonly #group: GroupPlan
  readonly #supply: RecordSupply<T>
  readonly #coordinator: GroupCoordinator
  readonly #commits: OffsetCommits
  readonly #listener: RebalanceListener
  readonly #topicOf: (name: string) => T
  readonly #holdings = new Map<string, Holding>()
  /** The consumer is being closed: nobody is waited for. */
  isClosing = false
  readonly #watch: StallWatch<T>
  #isWanted = false
  #wanted = Promise.withResolvers<void>()

  constructor(
    cluster: Cluster,
    plan: ConsumerPlan,
    context: {
      readonly group: GroupPlan
      readonly supply: RecordSupply<T>
      readonly coordinator: GroupCoordinator
      readonly commits: OffsetCommits
      readonly listener: RebalanceListener
      /** Typed topics by their name. */
      readonly topicOf: (name: string) => T
    },
  ) {
    this.#cluster = cluster
    this.#plan = plan
    this.#group = context.group
    this.#supply = context.supply
    this.#coordinator = context.coordinator
    this.#commits = context.commits
    this.#listener = context.listener
    this.#topicOf = context.topicOf
    this.#watch = new StallWatch(cluster.world.clock, context.supply)
  }

  get held(): readonly PartitionName[] {
    return [...this.#holdings.values()].map(({ partition: { topic, partition } }) => {
      return { topic, partition }
    })
  }

  /** The partitions with their signals. */
  get assigned(): readonly AssignedPartition[] {
    return [...this.#holdings.values()].map(({ partition }) => partition)
  }

  /** The state of a partition that is held. */
  state({ topic, partition }: PartitionName): PartitionState | undefined {
    return this.#holdings.get(keyOf({ topic, partition }))?.state
  }

  get stallsAtMs(): number {
    return this.#watch.sinceMs + this.#group.maxPollIntervalMs
  }

  /** Somebody reads. */
  want(): void {
    if (this.#isWanted) return
    this.#isWanted = true
    this.#watch.begin()
    this.#wanted.resolve()
  }

  async wanted(): Promise<void> {
    await this.#wanted.promise
  }

  stalled(): void {
    this.#isWanted = false
    this.#wanted = Promise.withResolvers<void>()
    const { groupId, maxPollIntervalMs } = this.#group
    const message = 'No record was asked for in time; the consumer leaves its group until it is.'
    this.#cluster.world.logger.warn({ groupId, maxPollIntervalMs }, message)
    this.#listener.onStalled?.()
  }

  async assign(partitions: readonly PartitionName[]): Promise<void> {
    const fresh = partitions.filter((partition) => !this.#holdings.has(keyOf(partition)))
    if (fresh.length === 0) return
    const readers = fresh.map(({ topic, partition }) => {
      const state = new PartitionState(topic, partition, undefined)
      const end = new AbortController()
      const assigned: AssignedPartition = { topic, partition, signal: end.signal }
      this.#holdings.set(keyOf(assigned), { state, partition: assigned, end })
      const maker = new RecordMaker(this.#topicOf(topic), partition)
      return { state, maker, end, assigned }
    })
    const { onAssigned } = this.#listener
    await this.#tell(
      onAssigned,
      readers.map(({ assigned }) => assigned),
    )
    this.#supply.add(readers.filter(({ assigned }) => !assigned.signal.aborted))
  }

  async revoke(partitions: readonly PartitionName[]): Promise<void> {
    const holdings = this.#holdingsOf(partitions)
    if (holdings.length === 0) return
    const states = new Set(holdings.map(({ state }) => state))
    const reason = new Error('The partition is given up.')
    for (const { end } of holdings) end.abort(reason)
    const patience = new AbortController()
    const waitMs = Math.max(0, Math.min(this.stallsAtMs, this.#latest()) - this.#nowMs)
    const timer = this.#cluster.world.clock.after(waitMs, () => patience.abort())
    if (this.isClosing) patience.abort()
    await this.#supply.remove(states, patience.signal)
    timer.cancel()
    if (this.#plan.commits !== 'manual') await this.commitLast(states)
    await this.#tell(
      this.#listener.onRevoked,
      holdings.map(({ partition }) => partition),
    )
    for (const { partition } of holdings) this.#holdings.delete(keyOf(partition))
  }

  async lose(partitions: readonly PartitionName[]): Promise<void> {
    const holdings = this.#holdingsOf(partitions)
    if (holdings.length === 0) return
    const reason = new Error('The partition was lost to others.')
    for (const { end, partition } of holdings) {
      end.abort(reason)
      this.#holdings.delete(keyOf(partition))
    }
    await this.#supply.remove(new Set(holdings.map(({ state }) => state)))
    const { onLost, onRevoked } = this.#listener
    await this.#tell(
      onLost ?? onRevoked,
      holdings.map(({ partition }) => partition),
    )
  }

  failed(error: Error): void {
    this.#supply.fail(error)
  }

  /** Looks up where the group left off; partitions without committed offset stay as they are. */
  async findPositions(states: readonly PartitionState[]): Promise<void> {
    const found = await this.committed(states)
    for (const { topic, partition, offset, leaderEpoch } of found) {
      const state = states.find((one) => one.topic === topic && one.partition === partition)
      if (state === undefined || !state.isLocating) continue
      state.seek(offset)
      state.committed = offset
      state.leaderEpoch = leaderEpoch
    }
  }

  /** The group's committed offsets. */
  async committed(partitions: readonly PartitionName[]): Promise<CommittedPosition[]> {
    const { isReadCommitted, defaultApiTimeoutMs } = this.#plan
    const deadlineMs = this.#nowMs + defaultApiTimeoutMs
    return await fetchCommitted(this.#coordinator, partitions, isReadCommitted, { deadlineMs })
  }

  /** Commits what was processed of these partitions and is not committed yet. Rejects as `OffsetCommits.commit` does. */
  async commitProcessed(
    states: Iterable<PartitionState>,
    deadlineMs: number = this.#nowMs + this.#plan.defaultApiTimeoutMs,
  ): Promise<void> {
    const offsets: (OffsetToCommit & { readonly state: PartitionState })[] = []
    for (const state of states) {
      const { topic, partition, processed: offset, committed } = state
      if (offset === undefined || offset === committed) continue
      const leaderEpoch = offset === state.position ? state.leaderEpoch : -1
      offsets.push({ topic, partition, offset, leaderEpoch, state })
    }
    await this.#commits.commit(offsets, { deadlineMs })
    for (const { state, offset } of offsets) state.committed = offset
  }

  get #nowMs(): number {
    return this.#cluster.world.clock.monotonic()
  }

  /** When partitions must be given up at the latest, with time left for a commit. */
  #latest(): number {
    return this.#nowMs + this.#group.maxPollIntervalMs * 0.8
  }

  #holdingsOf(partitions: readonly PartitionName[]): Holding[] {
    return partitions.flatMap((partition) => this.#holdings.get(keyOf(partition)) ?? [])
  }

  /** Commits what was processed as far as it can be; never rejects. */
  async commitLast(states: Iterable<PartitionState>): Promise<void> {
    const { defaultApiTimeoutMs } = this.#plan
    const { sessionTimeoutMs } = this.#group
    const longestMs = this.isClosing ? longestCloseMs : sessionTimeoutMs
    const deadlineMs = this.#nowMs + Math.min(defaultApiTimeoutMs, longestMs)
    try {
      await this.commitProcessed(states, deadlineMs)
    } catch (error) {
      // Others will read again what could not be committed: late is better than lost.
      const why = error instanceof Error ? error.message : String(error)
      const { groupId } = this.#group
      const message = 'Offsets of partitions that are given up could not be committed.'
      this.#cluster.world.logger.warn({ groupId, why }, message)
    }
  }

  async #tell(
    listener: ((partitions: readonly AssignedPartition[]) => void | Promise<void>) | undefined,
    partitions: readonly AssignedPartition[],
  ): Promise<void> {
    try {
      await listener?.(partitions)
    } catch (error) {
      this.#supply.fail(error)
    }
  }
}

function keyOf({ topic, partition }: PartitionName): string {
  return `${topic} ${partition}`
}
