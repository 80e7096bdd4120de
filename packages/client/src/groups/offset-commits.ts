// Commits of a group's offsets. One request is under way at a time, and what is asked for meanwhile goes with the next: so
// an older offset never overtakes a newer one, however the answers come.

import { errorName, KafkaError, OffsetCommit } from '@samsa/protocol'
import type { Patience } from '../cluster/cluster.ts'
import type { PartitionName } from '../consumer/offset-lookup.ts'
import type { GroupCoordinator } from './group-coordinator.ts'
import { meaningOf } from './group-error.ts'
import type { GroupMetadata } from '../transactions/sent-offsets.ts'

/** A position to be committed. */
export interface OffsetToCommit extends PartitionName {
  /** The next offset to be read. */
  readonly offset: number
  /** Of the record before it; -1 where it is not known. */
  readonly leaderEpoch?: number
  /** Free text. */
  readonly metadata?: string
}

interface Waiting {
  readonly offsets: readonly OffsetToCommit[]
  readonly patience: Patience
  readonly outcome: PromiseWithResolvers<void>
}

/** Commits for one member. */
export class OffsetCommits {
  readonly #coordinator: GroupCoordinator
  readonly #member: () => GroupMetadata
  readonly #queue: Waiting[] = []
  #isWorking = false

  constructor(coordinator: GroupCoordinator, member: () => GroupMetadata) {
    this.#coordinator = coordinator
    this.#member = member
  }

  /**
   * Resolves when the offsets are stored. Rejects with a KafkaError that names the group and the partition: ILLEGAL_GENERATION,
   * UNKNOWN_MEMBER_ID or FENCED_MEMBER_EPOCH when others have the partitions by now, REBALANCE_IN_PROGRESS when it may be
   * tried again after the rebalance; or with WorldError when the time was over.
   */
  async commit(offsets: readonly OffsetToCommit[], patience: Patience): Promise<void> {
    if (offsets.length === 0) return
    const outcome = Promise.withResolvers<void>()
    this.#queue.push({ offsets, patience, outcome })
    if (!this.#isWorking) void this.#work()
    await outcome.promise
  }

  async #work(): Promise<void> {
    this.#isWorking = true
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { offsets, patience, outcome } = next
      try {
        await this.#coordinator.persist(patience, () => this.#attempt(offsets, patience))
        outcome.resolve()
      } catch (error) {
        outcome.reject(error)
      }
    }
    this.#isWorking = false
  }

  async #attempt(offsets: readonly OffsetToCommit[], patience: Patience): Promise<void> {
    const member = this.#member()
    const { groupId, generationId, memberId, groupInstanceId } = member
    const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([name, some]) => ({
      name,
      partitions: some.map(({ partition, offset, leaderEpoch = -1, metadata = '' }) => ({
        partitionIndex: partition,
        committedOffset: offset,
        committedLeaderEpoch: leaderEpoch,
        committedMetadata: metadata,
      })),
    }))
    const generationIdOrMemberEpoch = generationId
    const answer = await this.#coordinator.ask(
      OffsetCommit,
      { groupId, generationIdOrMemberEpoch, memberId, groupInstanceId, topics },
      'main',
      patience,
      // From version 10 on topics go by their ids, which not every broker tells.
      { highestVersion: 9 },
    )
    let first: KafkaError | undefined
    for (const { name, partitions } of answer.topics) {
      for (const { partitionIndex, errorCode } of partitions) {
        const error = errorName(errorCode)
        if (error === 'NONE') continue
        const place = `Group ${groupId}, ${name}-${partitionIndex}`
        const failure = new KafkaError(error, `${place}: ${new KafkaError(error).message}`)
        if (first === undefined || meaningOf(first.name) !== 'fatal') first = failure
      }
    }
    if (first === undefined) return
    const isStale = first.name === 'STALE_MEMBER_EPOCH' && this.#member().generationId >= 0
    // The member has moved on to a newer epoch between request and answer.
    if (isStale && this.#member().generationId !== generationId) {
      return await this.#attempt(offsets, patience)
    }
    throw first
  }
}
