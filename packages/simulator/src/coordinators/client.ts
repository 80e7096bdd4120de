// What simulated members of every protocol have in common: an unreliable way to the coordinator, partitions they read
// as long as they may believe they own them, and offsets they commit.

import type { GroupCoordinator } from '@samsa/broker/groups/testing'
import { KafkaError } from '@samsa/protocol'
import type { Clock } from '@samsa/world'
import type { SeededRandom } from '@samsa/world/simulated'
import type { GroupHistory } from './group-history.ts'

export const GROUP = 'group'
export const TOPIC = 'topic'
export const PARTITIONS = 6
export const SESSION_TIMEOUT_MS = 6_000

/** A request that is not answered by then is given up: its place may have been taken by a copy of it. */
const ANSWER_TIMEOUT_MS = 4 * SESSION_TIMEOUT_MS
/** How long a copy of a request may be under way. */
const LATE_MS = 3 * SESSION_TIMEOUT_MS

/** No answer came. */
export class Lost extends Error {
  override readonly name = 'Lost'
}

type Committed = Awaited<ReturnType<GroupCoordinator['commitOffsets']>>
type Commit = Omit<Parameters<GroupCoordinator['commitOffsets']>[0], 'isTransactional'>

/** What all clients of a story share. */
export interface Stage {
  readonly clock: Clock
  readonly random: SeededRandom
  readonly coordinator: GroupCoordinator
  readonly history: GroupHistory
  readonly topicId: string
  readonly network: UnreliableNetwork
}

/** Chances of what happens to a request. */
interface UnreliableNetwork {
  /** Of a request, and again of its answer, to get lost. */
  lossChance: number
  /** Of a member to stand still for long before it commits. */
  pauseChance: number
  /** Of a second copy to arrive long after the first one was answered. */
  lateCopyChance: number
  maxDelayMs: number
}

/** A member of a group. */
export abstract class SimulatedClient {
  readonly name: string
  protected readonly stage: Stage
  readonly owned = new Set<number>()
  protected memberId = ''
  protected epoch = -1
  /** Until when it may believe to own what it owns. */
  protected leaseUntilMs = 0
  /** It was not heard of for so long that it gave up what it owned. */
  protected hasLapsed = false
  protected isStopped = false
  /** Copies of commits that are still under way. */
  #lateCommits = 0

  constructor(stage: Stage, name: string) {
    this.stage = stage
    this.name = name
  }

  /** Lives until it is stopped. */
  abstract live(): Promise<void>

  /** The process is gone: nothing more is sent, nothing is read. */
  kill(): void {
    this.isStopped = true
    this.releaseAll()
  }

  /**
   * Sends a request; rejects with Lost when it, or its answer, did not make it. A client that has no answer may send the
   * same request once more, so `run` must say the same each time.
   */
  protected async call<T>(run: () => Promise<T>): Promise<T> {
    const { clock, random, network } = this.stage
    const repeats = random.chance(0.5)
    for (let attempt = 1; ; attempt++) {
      await clock.sleep(random.below(network.maxDelayMs + 1))
      const isLost = random.chance(network.lossChance)
      const answer = isLost ? undefined : { value: await this.#answerTo(run) }
      await clock.sleep(random.below(network.maxDelayMs + 1))
      if (answer !== undefined && !random.chance(network.lossChance)) return answer.value
      await clock.sleep(1_000)
      if (attempt === 2 || !repeats || this.isStopped) throw new Lost()
    }
  }

  /**
   * Now and then another copy of a request arrives, when nobody waits for its answer any more. Resolves when there is
   * none under way.
   */
  protected async copyLater<T>(
    run: () => Promise<T>,
    accepted: (answer: T) => void = () => {},
  ): Promise<void> {
    const { clock, random, network, history } = this.stage
    if (!random.chance(network.lateCopyChance)) return
    await clock.sleep(random.below(LATE_MS))
    try {
      accepted(await run())
    } catch (error) {
      if (!(error instanceof KafkaError)) history.failed(error)
    }
  }

  async #answerTo<T>(run: () => Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = this.stage.clock.after(ANSWER_TIMEOUT_MS, () => reject(new Lost()))
    try {
      return await Promise.race([run(), promise])
    } finally {
      timer.cancel()
    }
  }

  /** As `call`; undefined when it failed, whatever the reason. */
  protected async attempt<T>(run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.call(run)
    } catch (error) {
      if (error instanceof Lost || error instanceof KafkaError) return undefined
      throw error
    }
  }

  protected acquire(partitions: Iterable<number>): void {
    if (this.isStopped) return
    for (const partition of partitions) {
      if (this.owned.has(partition)) continue
      this.owned.add(partition)
      this.stage.history.acquired(this.name, partition)
    }
  }

  protected release(partition: number): void {
    if (this.owned.delete(partition)) this.stage.history.released(this.name, partition)
  }

  protected releaseAll(): void {
    for (const partition of this.owned) this.release(partition)
  }

  /** It was heard of: it may believe to own what it owns until then, and no longer, whatever it is busy with. */
  protected keepLease(untilMs: number): void {
    this.leaseUntilMs = untilMs
    const { clock } = this.stage
    clock.after(untilMs - clock.monotonic(), () => this.checkLease())
  }

  /** Gives up what it cannot be sure of any more. Says whether it had to. */
  protected checkLease(): boolean {
    if (this.stage.clock.monotonic() < this.leaseUntilMs) return false
    this.hasLapsed = true
    this.releaseAll()
    return true
  }

  /** Commits one record more of some partition it owns, now and then after it was out of its senses for a while. */
  protected async commitSomething(): Promise<void> {
    const { random, history, topicId, clock } = this.stage
    const [partition] = this.owned
    // A copy of its own commit that comes after the next one would take that one back, which nobody can prevent.
    if (partition === undefined || this.#lateCommits > 0 || !random.chance(0.5)) return
    const offset = history.acknowledged(partition) + 1
    const commit = { partition, offset, leaderEpoch: -1, metadata: null, commitTimestampMs: -1 }
    const request: Commit = {
      groupId: GROUP,
      memberId: this.memberId,
      groupInstanceId: null,
      generationIdOrMemberEpoch: this.epoch,
      knowsMemberEpochs: true,
      retentionMs: -1,
      topics: [{ topic: TOPIC, topicId, partitions: [commit] }],
    }
    if (random.chance(this.stage.network.pauseChance)) {
      // A long pause: others may own the partition when it goes on where it was.
      this.releaseAll()
      this.leaseUntilMs = 0
      await clock.sleep(1_000 + random.below(3 * SESSION_TIMEOUT_MS))
    }
    if (random.chance(0.2)) await this.#commitInTransaction(request, partition, offset)
    else await this.#commit(request, partition, offset)
  }

  async #commit(request: Commit, partition: number, offset: number): Promise<void> {
    const { history, coordinator } = this.stage
    history.committing(partition, offset)
    const commit = (): Promise<Committed> =>
      coordinator.commitOffsets({ ...request, isTransactional: false })
    const taken = (topics: Committed | undefined): void => {
      if (topics?.[0]?.partitions[0]?.errorCode !== 0) return
      history.committed(this.name, partition, offset)
    }
    taken(await this.attempt(commit))
    this.#lateCommits += 1
    void this.copyLater(commit, taken).then(() => {
      this.#lateCommits -= 1
    })
  }

  async #commitInTransaction(request: Commit, partition: number, offset: number): Promise<void> {
    const { coordinator, history, random, clock } = this.stage
    const isMeant = random.chance(0.6)
    if (isMeant) history.committing(partition, offset)
    const producer = { producerId: 1 + random.below(2 ** 31), producerEpoch: 0 }
    const topics = await this.attempt(() =>
      coordinator.commitTransactional({ ...request, ...producer }),
    )
    const isCommit = isMeant && topics?.[0]?.partitions[0]?.errorCode === 0
    const end = { ...producer, partition: 0, coordinatorEpoch: 0, isCommit }
    // A transaction coordinator goes on until the marker is written.
    const endTransaction = async (): Promise<boolean> => {
      await coordinator.completeTransaction(end)
      return true
    }
    while ((await this.attempt(endTransaction)) !== true) await clock.sleep(100)
    if (isCommit && this.owned.has(partition)) history.committed(this.name, partition, offset)
  }

  /** Reads back what is committed for what it owns. */
  protected async fetchOffsets(): Promise<void> {
    const { coordinator, history, random } = this.stage
    const [partition] = this.owned
    if (partition === undefined || !random.chance(0.5)) return
    const before = history.acknowledged(partition)
    const topics = await this.attempt(() =>
      coordinator.fetchOffsets({
        groupId: GROUP,
        topics: [{ topic: TOPIC, partitions: [partition] }],
        requireStable: true,
        topicIds: new Map(),
        memberId: null,
        memberEpoch: -1,
      }),
    )
    const fetched = topics?.[0]?.partitions[0]
    if (fetched?.errorCode === 0) history.fetched(partition, fetched.committedOffset, before)
  }
}
