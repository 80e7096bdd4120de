// Where readers get their records: the partitions that are read at the moment, fetched ahead in the background, and handed
// out batch by batch, partitions in turn.
//
// Invariants: of a partition at most one batch is handed out; an error of a partition is told to one reader, and again when
// it is met again.

import type { StoredRecord } from '@samsa/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { ConsumerPlan } from './consumer-settings.ts'
import { Fetcher } from './fetcher.ts'
import { HandedBatch, type Slot } from './handed-batch.ts'
import { findOffsets } from './offset-lookup.ts'
import type { PartitionState } from './partition-state.ts'
import type { PositionSource } from './position-finder.ts'
import { ReadEnds } from './read-ends.ts'
import type { RecordMaker } from './record.ts'

/** How long to read. */
export interface ReadOptions {
  /**
   * `end`: only what is there when the loop first looks at a partition, under read_committed what is committed then. The
   * loop is over when it has got all of that from every partition that it has.
   */
  readonly until?: 'end'
  /** Aborting it ends the loop with the signal's reason. */
  readonly signal?: AbortSignal
}

/** What is to be taken, and how long to wait for it. */
interface TakeOptions {
  readonly signal?: AbortSignal | undefined
  readonly ends?: ReadEnds | undefined
}

/** A partition that is read. */
export interface PartitionReader {
  readonly state: PartitionState
  readonly maker: RecordMaker
  /** Aborted when the partition is read no more. */
  readonly end: AbortController
}

/** The supply of one consumer. */
export class RecordSupply<T> {
  readonly #cluster: Cluster
  readonly #plan: ConsumerPlan
  readonly #fetcher: Fetcher
  readonly #readers = new Map<string, PartitionReader>()
  /** All batches that are not finished, in hand or kept for who reads on. */
  readonly #handed = new Set<HandedBatch<T>>()
  readonly #errors: { readonly error: unknown; readonly state: PartitionState }[] = []
  #fatal: { readonly error: unknown } | undefined
  #news = Promise.withResolvers<void>()
  #waiting = 0
  #isClosed = false

  constructor(cluster: Cluster, plan: ConsumerPlan, positions: PositionSource | undefined) {
    this.#cluster = cluster
    this.#plan = plan
    this.#fetcher = new Fetcher(cluster, plan, {
      partitions: () => this.states,
      changed: () => this.#wakeReaders(),
      failed: (error, state) => {
        this.#errors.push({ error, state })
        this.#wakeReaders()
      },
      positions,
    })
  }

  get states(): PartitionState[] {
    return [...this.#readers.values()].map(({ state }) => state)
  }

  get readers(): PartitionReader[] {
    return [...this.#readers.values()]
  }

  /** Whether somebody waits for records. */
  get isAwaited(): boolean {
    return this.#waiting > 0
  }

  /** What readers work with at the moment. */
  get inHand(): HandedBatch<T>[] {
    return [...this.#handed].filter(({ isInHand }) => isInHand)
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  state(topic: string, partition: number): PartitionState | undefined {
    return this.#readers.get(keyOf(topic, partition))?.state
  }

  add(readers: readonly PartitionReader[]): void {
    for (const reader of readers) {
      this.#readers.set(keyOf(reader.state.topic, reader.state.partition), reader)
    }
    this.moved()
  }

  /** Hands out no more of these partitions; resolves when nobody works with them, with `patience` or at its abort. */
  async remove(states: ReadonlySet<PartitionState>, patience?: AbortSignal): Promise<void> {
    for (const [key, { state, end }] of this.#readers) {
      if (!states.has(state)) continue
      this.#readers.delete(key)
      end.abort(new Error('The partition is read no more.'))
    }
    for (const handed of this.#handedOf(states)) this.#recall(handed)
    this.moved()
    while (patience !== undefined && !patience.aborted) {
      if (!this.inHand.some(({ state }) => states.has(state))) return
      await this.#nextNews(patience)
    }
  }

  /** Somebody sought: what is handed out of the partition says nothing any more. */
  recall(state: PartitionState): void {
    for (const handed of this.#handedOf(new Set([state]))) this.#recall(handed)
    this.moved()
  }

  /** Partitions, positions or pauses have changed. */
  moved(): void {
    for (const { error, state } of this.#errors.splice(0)) {
      const isCurrent = this.state(state.topic, state.partition) === state
      if (isCurrent && (state.isResting || state.isLocating)) this.#errors.push({ error, state })
    }
    this.#fetcher.wake()
    this.#wakeReaders()
  }

  /** Ends all loops with this error, now and later. */
  fail(error: unknown): void {
    this.#fatal ??= { error }
    this.#wakeReaders()
  }

  /** Throws what `fail` was told. */
  throwFatal(): void {
    if (this.#fatal !== undefined) throw this.#fatal.error
  }

  /** The offset of the next record that a reader gets: records that are handed out but not taken do not count. */
  position(state: PartitionState): number | undefined {
    const [handed] = this.#handedOf(new Set([state]))
    return (handed?.isRecalled === true ? undefined : handed?.nextOffset) ?? state.position
  }

  /** Everything that readers have taken so far counts as processed. */
  settleAll(): void {
    for (const handed of this.#handed) handed.settle()
  }

  /** The ends of a loop that begins now; undefined for one without end. */
  endsFor({ until }: ReadOptions): ReadEnds | undefined {
    if (until === undefined) return undefined
    const { clock } = this.#cluster.world
    const { isReadCommitted, defaultApiTimeoutMs, mayCreateTopics } = this.#plan
    return new ReadEnds(async (places) => {
      const queries = places.map((place) => ({ ...place, at: 'latest' as const }))
      const patience = { deadlineMs: clock.monotonic() + defaultApiTimeoutMs, mayCreateTopics }
      return await findOffsets(this.#cluster, queries, isReadCommitted, patience)
    })
  }

  /**
   * The next batch, of `only` if given; it is in the taker's hands until `putDown` or `finish`. Undefined when the consumer is
   * closed, `only` is given up, or the ends are reached. Rejects with the signal's reason, and with the errors of partitions.
   */
  async take(
    { signal, ends }: TakeOptions,
    only?: PartitionState,
  ): Promise<HandedBatch<T> | undefined> {
    for (;;) {
      if (this.#isClosed) return undefined
      if (only !== undefined && this.state(only.topic, only.partition) !== only) return undefined
      signal?.throwIfAborted()
      this.throwFatal()
      this.#throwErrorOf(only)
      const states = ends === undefined ? [] : only === undefined ? this.states : [only]
      if (ends?.isMissing(states) === true) {
        await ends.find(states)
        continue
      }
      const handed = this.#next(only, ends)
      if (handed !== undefined) {
        this.#handed.add(handed)
        return handed
      }
      if (ends !== undefined && this.#areReached(states, ends)) return undefined
      this.#fetcher.wake()
      await this.waitForNews(signal)
    }
  }

  /** Adds what is there behind a batch in hand; false when that is nothing. Throws as `take` rejects. */
  extend(handed: HandedBatch<T>, ends: ReadEnds | undefined): boolean {
    const { state } = handed
    const isOurs = this.state(state.topic, state.partition) === state
    if (!isOurs || !handed.mayGrow) return false
    const stored = this.#read(state, ends?.endOf(state))
    handed.extend(stored)
    return stored.length > 0
  }

  /** The taker stops working with the batch, but keeps it for who reads on. */
  putDown(handed: HandedBatch<T>): void {
    handed.isInHand = false
    if (handed.isRecalled) this.#handed.delete(handed)
    this.#wakeReaders()
  }

  /** The taker has processed what it took, and is done with the batch. */
  finish(handed: HandedBatch<T>): void {
    handed.settle()
    this.release(handed)
  }

  /** The taker is done with the batch; what it did not take is read again. */
  release(handed: HandedBatch<T>): void {
    handed.isInHand = false
    if (!this.#handed.delete(handed)) return
    handed.putBack()
    this.#wakeReaders()
  }

  /** Gives up what loops of a kind have kept, for readers of another kind. */
  empty(slot: Slot<T>): void {
    const { handed } = slot
    slot.handed = undefined
    if (handed !== undefined) this.release(handed)
  }

  /** A reader waits until something has changed, or for the abort. */
  async waitForNews(signal: AbortSignal | undefined): Promise<void> {
    this.#waiting += 1
    try {
      await this.#nextNews(signal)
    } finally {
      this.#waiting -= 1
    }
  }

  async #nextNews(signal: AbortSignal | undefined): Promise<void> {
    const { promise } = this.#news
    if (signal === undefined) return await promise
    const over = Promise.withResolvers<void>()
    const onAbort = (): void => over.resolve()
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await Promise.race([promise, over.promise])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const { end } of this.#readers.values()) end.abort(new Error('The consumer is closed.'))
    this.#readers.clear()
    for (const handed of this.#handed) this.#recall(handed)
    this.#wakeReaders()
    await this.#fetcher.stop()
  }

  #recall(handed: HandedBatch<T>): void {
    handed.isRecalled = true
    if (!handed.isInHand) this.#handed.delete(handed)
  }

  #handedOf(states: ReadonlySet<PartitionState>): HandedBatch<T>[] {
    return [...this.#handed].filter(({ state }) => states.has(state))
  }

  #throwErrorOf(only: PartitionState | undefined): void {
    const index = this.#errors.findIndex(({ state }) => only === undefined || state === only)
    const [failed] = index < 0 ? [] : this.#errors.splice(index, 1)
    if (failed === undefined) return
    // Whoever reads on after the error meets it again, unless it has passed.
    failed.state.isLocating = false
    throw failed.error
  }

  #areReached(states: readonly PartitionState[], ends: ReadEnds): boolean {
    const isReached = (state: PartitionState): boolean => {
      return (this.position(state) ?? -1) >= ends.endOf(state)
    }
    return states.length > 0 && states.every(isReached)
  }

  /** Partitions take turns: who was read goes to the end. */
  #next(only: PartitionState | undefined, ends: ReadEnds | undefined): HandedBatch<T> | undefined {
    for (const [key, reader] of this.#readers) {
      const { state } = reader
      if (only !== undefined && state !== only) continue
      if (this.#handed.size > 0 && this.#handedOf(new Set([state])).length > 0) continue
      const stored = this.#read(state, ends?.endOf(state))
      if (stored.length === 0) continue
      this.#readers.delete(key)
      this.#readers.set(key, reader)
      return new HandedBatch<T>(reader, stored)
    }
    return undefined
  }

  /** Some records of one partition, as many as are handed out at a time. Throws what is wrong with the first of them. */
  #read(state: PartitionState, end: number | undefined): StoredRecord[] {
    const stored: StoredRecord[] = []
    for (let chunk = state.ready; chunk !== undefined; chunk = state.ready) {
      let problem: unknown
      try {
        chunk.read(this.#plan.maxPollRecords, (record) => stored.push(record), end)
      } catch (error) {
        // What comes before the damage is handed out first; the next look meets it again.
        problem = error
      }
      const last = stored[stored.length - 1]
      if (last === undefined && problem !== undefined) throw problem
      if (last !== undefined) {
        state.advance(last.offset + 1, chunk.leaderEpoch)
        this.#fetcher.wake()
        break
      }
      if (chunk.heldBack !== undefined) {
        if (end !== undefined) state.skip(end)
        break
      }
      state.finish(chunk)
      this.#fetcher.wake()
    }
    return stored
  }

  #wakeReaders(): void {
    const news = this.#news
    this.#news = Promise.withResolvers<void>()
    news.resolve()
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic} ${partition}`
}
