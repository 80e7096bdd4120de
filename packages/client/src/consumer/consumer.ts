// The consumer: assigned partitions in, typed records out. Records are fetched ahead in the background, bounded by
// `maxPartitionFetchBytes` for each partition, and handed out partition by partition in turn.
//
// Invariant: `position` is the offset of the next record that a reader will get. A loop that ends early, by `break`, by an
// abort or by a record that cannot be read, can be taken up again and misses nothing.

import { KafkaError } from '@samsa/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { Topic } from '../serdes/topic.ts'
import type { ConsumerPlan } from './consumer-settings.ts'
import { Fetcher } from './fetcher.ts'
import { findOffsets, type FoundOffset, type PartitionName } from './offset-lookup.ts'
import { PartitionState } from './partition-state.ts'
import { type ConsumerBatch, type ConsumerRecord, RecordMaker } from './record.ts'
import type { StartPosition } from './start-position.ts'

/** A partition to read, and from where; without `from` the reset policy says. */
export interface Assignment<T> {
  readonly topic: T
  readonly partition: number
  readonly from?: StartPosition
}

/** How long to read. */
export interface ReadOptions {
  /** Aborting it ends the loop with the signal's reason. */
  readonly signal?: AbortSignal
}

interface Reader {
  readonly state: PartitionState
  readonly maker: RecordMaker
}

interface Handed<T> {
  readonly batch: ConsumerBatch<T>
  readonly state: PartitionState
  index: number
}

/** Reads the partitions that it was assigned. */
export class Consumer<T extends Topic>
  implements AsyncIterable<ConsumerRecord<T>>, AsyncDisposable
{
  readonly #cluster: Cluster
  readonly #plan: ConsumerPlan
  readonly #fetcher: Fetcher
  readonly #readers = new Map<string, Reader>()
  /** The batch that single records are taken from. */
  #handed: Handed<T> | undefined
  readonly #errors: { readonly error: unknown; readonly state: PartitionState }[] = []
  #news = Promise.withResolvers<void>()
  #isClosed = false

  constructor(cluster: Cluster, plan: ConsumerPlan) {
    this.#cluster = cluster
    this.#plan = plan
    this.#fetcher = new Fetcher(cluster, plan, {
      partitions: () => [...this.#readers.values()].map(({ state }) => state),
      changed: () => this.#wakeReader(),
      failed: (error, state) => {
        this.#errors.push({ error, state })
        this.#wakeReader()
      },
    })
    cluster.ended.addEventListener('abort', () => void this.close())
  }

  /** Reads these partitions and no others; those that were read before go on where they are, unless `from` is said. */
  assign(assignments: readonly Assignment<T>[]): void {
    const before = new Map(this.#readers)
    this.#readers.clear()
    for (const { topic, partition, from } of assignments) {
      const key = keyOf(topic.name, partition)
      const known = before.get(key)
      if (known !== undefined && from !== undefined) known.state.seek(from)
      const state = known?.state ?? new PartitionState(topic.name, partition, from)
      this.#readers.set(key, { state, maker: new RecordMaker(topic, partition) })
    }
    this.#moved()
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

  /** What is assigned. */
  get assignment(): readonly PartitionName[] {
    return [...this.#readers.values()].map(({ state: { topic, partition } }) => {
      return { topic, partition }
    })
  }

  /** Goes on reading elsewhere; what was fetched ahead is dropped. Throws KafkaError where it is not assigned. */
  seek(topic: Topic, partition: number, to: StartPosition): void {
    this.#state(topic, partition).seek(to)
    this.#moved()
  }

  /** The offset of the next record that will be read; undefined as long as it is not known. */
  position(topic: Topic, partition: number): number | undefined {
    return this.#positionOf(this.#state(topic, partition))
  }

  /** Records not read yet, as far as is known; undefined before the first answer. */
  lag(topic: Topic, partition: number): number | undefined {
    const state = this.#state(topic, partition)
    const position = this.#positionOf(state)
    if (position === undefined || state.endOffset < 0) return undefined
    return Math.max(0, state.endOffset - position)
  }

  /** Neither fetches nor hands out records of the partition; what is fetched stays. */
  pause(topic: Topic, partition: number): void {
    this.#state(topic, partition).isPaused = true
    this.#moved()
  }

  resume(topic: Topic, partition: number): void {
    this.#state(topic, partition).isPaused = false
    this.#fetcher.wake()
    this.#wakeReader()
  }

  /**
   * Offsets at an end of the log or at a time, for partitions assigned or not. Under read_committed `latest` is the end of
   * what a reader sees. An offset of -1 says that no record is so late.
   */
  async offsets(
    places: readonly { readonly topic: Topic; readonly partition: number }[],
    at: Exclude<StartPosition, number>,
  ): Promise<FoundOffset[]> {
    const queries = places.map(({ topic, partition }) => ({ topic: topic.name, partition, at }))
    const { isReadCommitted } = this.#plan
    return await findOffsets(this.#cluster, queries, isReadCommitted, this.#patience())
  }

  /** Records one by one, without end until the consumer is closed. */
  [Symbol.asyncIterator](): AsyncGenerator<ConsumerRecord<T>, void, void> {
    return this.records()
  }

  /** As the consumer itself is iterated, with an end. */
  async *records(options: ReadOptions = {}): AsyncGenerator<ConsumerRecord<T>, void, void> {
    for (;;) {
      let handed = this.#handed
      if (handed === undefined) {
        handed = await this.#take(options)
        if (handed === undefined) return
        this.#handed = handed
      }
      const record = handed.batch.records[handed.index]
      if (record === undefined || handed.state.isPaused) {
        this.#putBack()
        continue
      }
      options.signal?.throwIfAborted()
      handed.index += 1
      yield record
    }
  }

  /** Records by the batch, at most `maxPollRecords` of one partition: the fast way to read. */
  async *batches(options: ReadOptions = {}): AsyncGenerator<ConsumerBatch<T>, void, void> {
    for (;;) {
      this.#putBack()
      const handed = await this.#take(options)
      if (handed === undefined) return
      yield handed.batch
    }
  }

  /** Ends all loops; the consumer is of no more use. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#readers.clear()
    this.#handed = undefined
    this.#wakeReader()
    await this.#fetcher.stop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #patience(): { readonly deadlineMs: number } {
    return { deadlineMs: this.#cluster.world.clock.monotonic() + this.#plan.defaultApiTimeoutMs }
  }

  /** Records that are in the hands of a loop, but not taken, do not count. */
  #positionOf(state: PartitionState): number | undefined {
    const handed = this.#handed
    const next = handed?.state === state ? handed.batch.records[handed.index] : undefined
    return next?.offset ?? state.position
  }

  #state(topic: Topic, partition: number): PartitionState {
    const reader = this.#readers.get(keyOf(topic.name, partition))
    if (reader !== undefined) return reader.state
    const message = `${topic.name}-${partition} is not assigned to this consumer.`
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', message)
  }

  /** Assignment or positions have changed: what was handed out in part is put back, or dropped with its partition. */
  #moved(): void {
    this.#putBack()
    for (const { error, state } of this.#errors.splice(0)) {
      const isCurrent = this.#readers.get(keyOf(state.topic, state.partition))?.state === state
      if (isCurrent && (state.isResting || state.isLocating)) this.#errors.push({ error, state })
    }
    this.#fetcher.wake()
    this.#wakeReader()
  }

  /** Records of the handed-out batch that nobody took are read again, unless somebody sought meanwhile. */
  #putBack(): void {
    const handed = this.#handed
    this.#handed = undefined
    const next = handed?.batch.records[handed.index]
    if (handed === undefined || next === undefined) return
    const last = handed.batch.records[handed.batch.records.length - 1]
    if (last !== undefined && handed.state.position === last.offset + 1) {
      handed.state.seek(next.offset)
    }
  }

  /** The next batch; undefined when the consumer is closed. */
  async #take({ signal }: ReadOptions): Promise<Handed<T> | undefined> {
    for (;;) {
      if (this.#isClosed) return undefined
      signal?.throwIfAborted()
      const failed = this.#errors.shift()
      if (failed !== undefined) throw failed.error
      const handed = this.#next()
      if (handed !== undefined) return handed
      this.#fetcher.wake()
      await this.#waitForNews(signal)
    }
  }

  /** Partitions take turns: who was read goes to the end. */
  #next(): Handed<T> | undefined {
    for (const [key, reader] of this.#readers) {
      const { state, maker } = reader
      const chunk = state.ready
      if (chunk === undefined) continue
      this.#readers.delete(key)
      this.#readers.set(key, reader)
      const records: ConsumerRecord<T>[] = []
      let problem: unknown
      try {
        const most = this.#plan.maxPollRecords
        chunk.read(most, (record) => records.push(maker.make(record) as ConsumerRecord<T>))
      } catch (error) {
        // What comes before it is handed out first; the next look meets it again.
        problem = error
      }
      const last = records[records.length - 1]
      if (last !== undefined) {
        state.advance(last.offset + 1)
        this.#fetcher.wake()
        const { topic, partition, lag = 0 } = state
        return { batch: { topic, partition, records, lag }, state, index: 0 }
      }
      if (problem !== undefined) throw problem
      state.finish(chunk)
      this.#fetcher.wake()
      return this.#next()
    }
    return undefined
  }

  async #waitForNews(signal: AbortSignal | undefined): Promise<void> {
    const { promise } = this.#news
    if (signal === undefined) return await promise
    const aborted = Promise.withResolvers<never>()
    const onAbort = (): void => aborted.reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await Promise.race([promise, aborted.promise])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  #wakeReader(): void {
    const news = this.#news
    this.#news = Promise.withResolvers<void>()
    news.resolve()
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic} ${partition}`
}
