// A consumer's part in its group: the subscription, the membership, and the commits that happen by themselves.
//
// Invariant: nothing is asked of the group before somebody reads, so a consumer that is only made costs nothing.

import { KafkaError } from '@samsa/protocol'
import type { Timer } from '@samsa/world'
import type { Cluster } from '../cluster/cluster.ts'
import { GroupCoordinator } from '../groups/group-coordinator.ts'
import { GroupMembership } from '../groups/group-membership.ts'
import type { GroupPlan } from '../groups/membership.ts'
import { OffsetCommits, type OffsetToCommit } from '../groups/offset-commits.ts'
import { SubscribedTopics } from '../groups/subscribed-topics.ts'
import { type Topic, topic as plainTopic } from '../serdes/topic.ts'
import type { ConsumerPlan } from './consumer-settings.ts'
import { GroupReader } from './group-reader.ts'
import type { RebalanceListener } from './rebalance-listener.ts'
import type { RecordSupply } from './record-supply.ts'
import type { GroupMetadata } from '../transactions/sent-offsets.ts'

/** Errors of commits that a rebalance explains: what is not committed is read again by its new owner. */
const rebalanceErrors: ReadonlySet<string> = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_MEMBER_EPOCH',
  'STALE_MEMBER_EPOCH',
])

/** One consumer in its group. */
export class GroupConsumer<T extends Topic> {
  readonly reader: GroupReader<T>
  readonly #cluster: Cluster
  readonly #plan: ConsumerPlan
  readonly #group: GroupPlan
  readonly #coordinator: GroupCoordinator
  readonly #commits: OffsetCommits
  readonly #supply: RecordSupply<T>
  #topics: readonly T[] | RegExp | undefined
  #topicOf: ((name: string) => T) | undefined
  #subscription: SubscribedTopics | undefined
  #membership: GroupMembership | undefined
  #timer: Timer | undefined
  #isClosed = false

  constructor(
    cluster: Cluster,
    plan: ConsumerPlan,
    context: {
      readonly group: GroupPlan
      readonly supply: RecordSupply<T>
      readonly listener: RebalanceListener
    },
  ) {
    this.#cluster = cluster
    this.#plan = plan
    this.#group = context.group
    this.#supply = context.supply
    this.#coordinator = new GroupCoordinator(cluster, context.group.groupId)
    this.#commits = new OffsetCommits(this.#coordinator, () => this.metadata)
    this.reader = new GroupReader(cluster, plan, {
      ...context,
      coordinator: this.#coordinator,
      commits: this.#commits,
      topicOf: (name) => this.#typed(name),
    })
  }

  /** Who this member is at the moment. */
  get metadata(): GroupMetadata {
    const { groupId, groupInstanceId = null } = this.#group
    const outside = { groupId, generationId: -1, memberId: '', groupInstanceId }
    return this.#membership?.metadata ?? outside
  }

  get isSubscribed(): boolean {
    return this.#subscription !== undefined
  }

  subscribe(topics: readonly T[] | RegExp, topicOf: ((name: string) => T) | undefined): void {
    this.#topics = topics
    this.#topicOf = topicOf
    const choice = topics instanceof RegExp ? topics : topics.map(({ name }) => name)
    if (this.#subscription === undefined) {
      this.#subscription = new SubscribedTopics(this.#cluster, choice)
    } else {
      this.#subscription.choice = choice
      this.#membership?.rejoin()
    }
  }

  /** Gives everything up and leaves the group. */
  async unsubscribe(): Promise<void> {
    const membership = this.#membership
    this.#membership = undefined
    this.#subscription = undefined
    await membership?.close()
  }

  /** Somebody reads. */
  want(): void {
    this.reader.want()
    if (this.#isClosed) return
    if (this.#timer === undefined && this.#plan.commits === 'interval') this.#commitLater()
    const subscription = this.#subscription
    if (subscription === undefined || this.#membership !== undefined) return
    this.#membership = new GroupMembership(this.#cluster, this.#coordinator, this.#group, {
      subscription,
      holder: this.reader,
    })
    this.#membership.start()
  }

  /** Commits what was processed of all partitions that are read. Rejects as `OffsetCommits.commit` does. */
  async commitProcessed(): Promise<void> {
    await this.reader.commitProcessed(this.#supply.states)
  }

  /** As `commitProcessed`, in between, when a rebalance is no error. */
  async commitBetween(): Promise<void> {
    try {
      await this.commitProcessed()
    } catch (error) {
      if (!(error instanceof KafkaError) || !rebalanceErrors.has(error.name)) throw error
    }
  }

  /** Commits these offsets, whatever was processed. */
  async commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    const { clock } = this.#cluster.world
    const deadlineMs = clock.monotonic() + this.#plan.defaultApiTimeoutMs
    await this.#commits.commit(offsets, { deadlineMs })
    for (const { topic, partition, offset } of offsets) {
      const state = this.#supply.state(topic, partition)
      if (state !== undefined) state.committed = offset
    }
  }

  /** Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    this.reader.isClosing = true
    await this.#membership?.close()
    const isLoose = this.#membership === undefined && this.#plan.commits !== 'manual'
    if (isLoose) await this.reader.commitLast(this.#supply.states)
  }

  #typed(name: string): T {
    const topics = this.#topics
    const known = topics instanceof RegExp ? undefined : topics?.find((one) => one.name === name)
    return known ?? this.#topicOf?.(name) ?? (plainTopic(name) as unknown as T)
  }

  #commitLater(): void {
    const { clock, logger } = this.#cluster.world
    this.#timer = clock.after(Math.max(1, this.#plan.autoCommitIntervalMs), () => {
      this.commitProcessed()
        .catch((error: unknown) => {
          const why = error instanceof Error ? error.message : String(error)
          logger.warn({ groupId: this.#group.groupId, why }, 'Offsets could not be committed.')
        })
        .finally(() => {
          if (!this.#isClosed) this.#commitLater()
        })
        .catch(() => {})
    })
  }
}
