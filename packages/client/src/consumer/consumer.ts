// The consumer: partitions in, assigned by a group or by hand, typed records out. Records are fetched ahead in the
// background, bounded by `maxPartitionFetchBytes` for each partition, and handed out partition by partition in turn.
//
// Invariant: `position` is the offset of the next record that a reader will get. A loop that ends early, by `break`, by an
// abort or by a record that cannot be read, can be taken up again and misses nothing.

import { KafkaError } from '@samsa/protocol'
import { SettingsError } from '@samsa/settings'
import type { Cluster, Patience } from '../cluster/cluster.ts'
import { KeepAlive } from '../cluster/keep-alive.ts'
import type { CommittedPosition } from '../groups/committed-offsets.ts'
import type { OffsetToCommit } from '../groups/offset-commits.ts'
import type { Producer } from '../producer/producer.ts'
import type { Topic } from '../serdes/topic.ts'
import type { ConsumerOptions, ConsumerPlan } from './consumer-settings.ts'
import { DeadLetters } from './dead-letters.ts'
import { GroupConsumer } from './group-consumer.ts'
import { Slot } from './handed-batch.ts'
import { findOffsets, type FoundOffset, type PartitionName } from './offset-lookup.ts'
import { PartitionState } from './partition-state.ts'
import { batchesOf, PartitionStream } from './partition-stream.ts'
import type { AssignedPartition } from './rebalance-listener.ts'
import { type ConsumerBatch, type ConsumerRecord, RecordMaker } from './record.ts'
import { type LoopSource, RecordLoop } from './record-loop.ts'
import { type RecordHandler, RecordRun, type RunOptions } from './record-run.ts'
import { type PartitionReader, type ReadOptions, RecordSupply } from './record-supply.ts'
import type { StartPosition } from './start-position.ts'
import type { GroupMetadata } from '../transactions/sent-offsets.ts'

/** How long `close` waits for handlers of `run`. */
const longestDrainMs = 30_000

/** A partition to read, and from where; without `from` the group's committed offset or the reset policy says. */
export interface Assignment<T> {
  readonly topic: T
  readonly partition: number
  readonly from?: StartPosition
}

/** A partition of a typed topic. */
export interface Place {
  readonly topic: Topic
  readonly partition: number
}

/** Reads partitions of topics `T`. */
export class Consumer<T extends Topic>
  implements AsyncIterable<ConsumerRecord<T>>, AsyncDisposable
{
  readonly #cluster: Cluster
  readonly #plan: ConsumerPlan
  readonly #supply: RecordSupply<T>
  readonly #group: GroupConsumer<T> | undefined
  readonly #source: LoopSource<T>
  readonly #owner: { newProducer(): Producer; closed(consumer: Consumer<T>): void }
  readonly #onEnd = (): void => void this.close()
  readonly #runs = new Map<RecordRun<T>, Promise<void>>()
  readonly #keepAlive: KeepAlive
  #closing: Promise<void> | undefined

  /** `owner.newProducer` makes what dead letters are written with; `owner.closed` hears when the consumer is of no more use. */
  constructor(
    cluster: Cluster,
    plan: ConsumerPlan,
    options: ConsumerOptions<T>,
    owner: { newProducer(): Producer; closed(consumer: Consumer<T>): void },
  ) {
    this.#cluster = cluster
    this.#keepAlive = new KeepAlive(cluster.world.clock)
    this.#owner = owner
    this.#plan = plan
    const findPositions = plan.group && ((states: readonly PartitionState[]) => this.#find(states))
    this.#supply = new RecordSupply<T>(cluster, plan, findPositions)
    if (plan.group !== undefined) {
      const { group } = plan
      const supply = this.#supply
      this.#group = new GroupConsumer<T>(cluster, plan, { group, supply, listener: options })
    }
    const between = (): Promise<void> => this.#between()
    this.#source = { supply: this.#supply, slot: new Slot(), between }
    if (options.topics !== undefined) this.subscribe(options.topics, options.topicOf)
    cluster.ended.addEventListener('abort', this.#onEnd, { once: true })
  }

  /**
   * Shares these topics with the group's other members, instead of what was subscribed to before. A pattern is matched
   * against whole names only where it says so (`^`, `$`); its topics are read by `topicOf`, as bytes if absent. Throws
   * SettingsError without a group.
   */
  subscribe(topics: readonly T[] | RegExp, topicOf?: (name: string) => T): void {
    const group = this.#member('subscribe')
    if (!group.isSubscribed) this.assign([])
    group.subscribe(topics, topicOf)
  }

  /** Gives all partitions up, commits what was processed, and leaves the group. */
  async unsubscribe(): Promise<void> {
    await this.#member('unsubscribe').unsubscribe()
  }

  /**
   * Reads these partitions and no others, without sharing them; those that were read before go on where they are, unless
   * `from` is said. Throws SettingsError for a consumer that is subscribed.
   */
  assign(assignments: readonly Assignment<T>[]): void {
    if (this.#group?.isSubscribed === true) {
      throw misuse('assign', 'The group assigns what was subscribed to: unsubscribe first.')
    }
    const before = new Map(this.#supply.readers.map((reader) => [keyOf(reader.state), reader]))
    const readers = assignments.map(({ topic, partition, from }) => {
      const key = keyOf({ topic: topic.name, partition })
      const known = before.get(key)
      before.delete(key)
      if (known !== undefined && from !== undefined) this.#go(known.state, from)
      if (known !== undefined) return known
      const state = new PartitionState(topic.name, partition, from)
      return { state, maker: new RecordMaker(topic, partition), end: new AbortController() }
    })
    void this.#supply.remove(new Set([...before.values()].map(({ state }) => state)))
    this.#supply.add(readers)
  }

  /** Reads all partitions that the topics have now. Rejects as `partitionsOf` does. */
  async assignAll(topics: readonly T[], from?: StartPosition): Promise<void> {
    const lists = await Promise.all(topics.map((topic) => this.partitionsOf(topic)))
    const start = from === undefined ? {} : { from }
    this.assign(
      topics.flatMap((topic, i) => {
        return (lists[i] ?? []).map((partition) => ({ topic, partition, ...start }))
      }),
    )
  }

  /** The partitions of a topic. Rejects with KafkaError UNKNOWN_TOPIC_OR_PARTITION within `defaultApiTimeoutMs`. */
  async partitionsOf(topic: Topic): Promise<number[]> {
    const { partitions } = await this.#cluster.topic(topic.name, this.#patience())
    return partitions.map((_, partition) => partition)
  }

  /** What is read at the moment. */
  get assignment(): readonly PartitionName[] {
    return this.#supply.states.map(({ topic, partition }) => ({ topic, partition }))
  }

  /** What the group has assigned, with a signal for each partition that aborts when it is given up or lost. */
  get assigned(): readonly AssignedPartition[] {
    return this.#group?.reader.assigned ?? []
  }

  /** What tells this member from others; a transaction that sends its offsets names it. Throws without a group. */
  groupMetadata(): GroupMetadata {
    return this.#member('groupMetadata').metadata
  }

  /**
   * Commits: without arguments everything that loops have taken so far, the record or batch in hand included; or the
   * offsets given, each the next one to be read. Commits leave in the order of the calls. Rejects with KafkaError, or with
   * WorldError when no answer came within `defaultApiTimeoutMs`.
   */
  async commit(offsets?: readonly OffsetToCommit[]): Promise<void> {
    const group = this.#member('commit')
    if (offsets !== undefined) return await group.commit(offsets)
    this.#supply.settleAll()
    await group.commitProcessed()
  }

  /** What the group has committed for these partitions; those without are left out. */
  async committed(places: readonly Place[]): Promise<CommittedPosition[]> {
    const partitions = places.map(({ topic, partition }) => ({ topic: topic.name, partition }))
    return await this.#member('committed').reader.committed(partitions)
  }

  /** Goes on reading elsewhere; what was fetched ahead is dropped. Throws KafkaError where it is not assigned. */
  seek(topic: Topic, partition: number, to: StartPosition): void {
    this.#go(this.#state(topic, partition), to)
  }

  /** The offset of the next record that will be read; undefined as long as it is not known. */
  position(topic: Topic, partition: number): number | undefined {
    return this.#supply.position(this.#state(topic, partition))
  }

  /** Records not read yet, as far as is known; undefined before the first answer. */
  lag(topic: Topic, partition: number): number | undefined {
    const state = this.#state(topic, partition)
    const position = this.#supply.position(state)
    if (position === undefined || state.endOffset < 0) return undefined
    return Math.max(0, state.endOffset - position)
  }

  /** Neither fetches nor hands out records of the partition; what is fetched stays. */
  pause(topic: Topic, partition: number): void {
    this.#state(topic, partition).isPaused = true
    this.#supply.moved()
  }

  resume(topic: Topic, partition: number): void {
    this.#state(topic, partition).isPaused = false
    this.#supply.moved()
  }

  /**
   * Offsets at an end of the log or at a time, for partitions assigned or not. Under read_committed `latest` is the end of
   * what a reader sees. An offset of -1 says that no record is so late.
   */
  async offsets(
    places: readonly Place[],
    at: Exclude<StartPosition, number>,
  ): Promise<FoundOffset[]> {
    const queries = places.map(({ topic, partition }) => ({ topic: topic.name, partition, at }))
    const { isReadCommitted } = this.#plan
    return await findOffsets(this.#cluster, queries, isReadCommitted, this.#patience())
  }

  /** Records one by one, without end until the consumer is closed. */
  [Symbol.asyncIterator](): AsyncIterableIterator<ConsumerRecord<T>, undefined, undefined> {
    return this.records()
  }

  /**
   * As the consumer itself is iterated, with an end. A record is processed when the loop asks for the next one; the one in
   * hand when a loop ends early is committed only by `commit`, or when somebody reads on.
   */
  records(
    options: ReadOptions = {},
  ): AsyncIterableIterator<ConsumerRecord<T>, undefined, undefined> {
    return new RecordLoop(this.#source, options)
  }

  /** Records by the batch, at most `maxPollRecords` of one partition: the fast way to read. */
  batches(options: ReadOptions = {}): AsyncGenerator<ConsumerBatch<T>, void, void> {
    return batchesOf(this.#source, options)
  }

  /**
   * A stream for each partition that this consumer has or gets, to be read side by side; each ends when its partition is
   * given up, and its signal aborts.
   */
  async *partitions(options: ReadOptions = {}): AsyncGenerator<PartitionStream<T>, void, void> {
    this.#supply.empty(this.#source.slot)
    await this.#between()
    const known = new Set<PartitionReader>()
    while (!this.#supply.isClosed) {
      options.signal?.throwIfAborted()
      this.#supply.throwFatal()
      const readers = this.#supply.readers
      for (const reader of known) if (!readers.includes(reader)) known.delete(reader)
      const fresh = readers.find((reader) => !known.has(reader))
      if (fresh === undefined) {
        await this.#supply.waitForNews(options.signal)
        continue
      }
      known.add(fresh)
      yield new PartitionStream(this.#supply, fresh, () => this.#between())
    }
  }

  /**
   * Calls the handler for every record until the consumer is closed, several at a time if told so. A record that fails for
   * good goes to the dead letters; without them it ends the run, as do errors of partitions: it rejects with a KafkaError
   * that names topic, partition and offset, and a later run begins with that record.
   */
  async run(handler: RecordHandler<T>, options: RunOptions = {}): Promise<void> {
    const { concurrency = 1, retries = 0, deadLetters, signal } = options
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      throw misuse('concurrency', `${concurrency} records cannot be processed at a time.`)
    }
    if (!Number.isInteger(retries) || retries < 0) {
      throw misuse('retries', `A record cannot be tried again ${retries} times.`)
    }
    this.#supply.empty(this.#source.slot)
    const producer = deadLetters === undefined ? undefined : this.#owner.newProducer()
    const { groupId } = this.#plan.group ?? {}
    const run = new RecordRun<T>(
      {
        world: this.#cluster.world,
        supply: this.#supply,
        handler,
        deadLetters: producer && new DeadLetters(producer, deadLetters ?? '', groupId),
        between: () => this.#between(),
      },
      options,
    )
    const done = run.run(signal)
    this.#runs.set(run, done)
    try {
      await done
    } finally {
      this.#runs.delete(run)
      await producer?.close()
    }
  }

  /** Commits what was processed, leaves the group and ends all loops; the consumer is of no more use. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    for (const run of this.#runs.keys()) run.stop()
    // A handler that closes its own consumer, or never ends, does not hold it up for good.
    const patience = { deadlineMs: this.#cluster.world.clock.monotonic() + longestDrainMs }
    const drained = Promise.allSettled(this.#runs.values())
    await this.#cluster.until(drained, patience).catch(() => {})
    await this.#group?.close()
    await this.#supply.close()
    this.#cluster.ended.removeEventListener('abort', this.#onEnd)
    this.#keepAlive.close()
    this.#owner.closed(this)
  }

  /** What happens before a batch is taken. Rejects when what was processed cannot be committed and should be. */
  async #between(): Promise<void> {
    this.#keepAlive.begin()
    const group = this.#group
    if (group === undefined) return
    group.want()
    if (this.#plan.commits === 'processed') await group.commitBetween()
  }

  #patience(): Patience {
    const { defaultApiTimeoutMs, mayCreateTopics } = this.#plan
    return {
      deadlineMs: this.#cluster.world.clock.monotonic() + defaultApiTimeoutMs,
      mayCreateTopics,
    }
  }

  #find(states: readonly PartitionState[]): Promise<void> {
    return this.#member('read').reader.findPositions(states)
  }

  #member(what: string): GroupConsumer<T> {
    if (this.#group === undefined) {
      throw misuse(what, `${what} needs a group: name one in the options.`)
    }
    return this.#group
  }

  #state(topic: Topic, partition: number): PartitionState {
    const name = { topic: topic.name, partition }
    const state = this.#supply.state(topic.name, partition) ?? this.#group?.reader.state(name)
    if (state !== undefined) return state
    const message = `${topic.name}-${partition} is not assigned to this consumer.`
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', message)
  }

  #go(state: PartitionState, to: StartPosition): void {
    state.seek(to)
    this.#supply.recall(state)
  }
}

function keyOf({ topic, partition }: PartitionName): string {
  return `${topic} ${partition}`
}

function misuse(key: string, message: string): SettingsError {
  return new SettingsError([{ key, value: null, source: 'consumer', expected: '', message }])
}
