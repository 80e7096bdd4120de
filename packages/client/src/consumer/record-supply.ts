// Where readers get their records: the partitions that are read at the moment, fetched ahead in the background, and handed
// out batch by batch, partitions in turn.
//
// Invariants: of a partition at most one batch is in somebody's hands; an error of a partition is told to one reader, and
// again when it is met again.

import type { Cluster } from '../cluster/cluster.ts'
import type { ConsumerPlan } from './consumer-settings.ts'
import { Fetcher } from './fetcher.ts'
import { HandedBatch } from './handed-batch.ts'
import type { PartitionState } from './partition-state.ts'
import type { ConsumerRecord, RecordMaker } from './record.ts'

/** How long to read. */
export interface ReadOptions {
  /** Aborting it ends the loop with the signal's reason. */
  readonly signal?: AbortSignal
}

/** A partition that is read. */
export interface PartitionReader {
  readonly state: PartitionState
  readonly maker: RecordMaker
}

/** Finds where partitions without position begin; those that it does not know are left to the reset policy. */
export type PositionSource = (states: readonly PartitionState[]) => Promise<void>

/** The supply of one consumer. */
export class RecordSupply<T> {
  readonly #plan: ConsumerPlan
  readonly #fetcher: Fetcher
  readonly #readers = new Map<string, PartitionReader>()
  readonly #inHand = new Set<HandedBatch<T>>()
  /** What a loop that ended left over; the next loop goes on with it. */
  #rest: HandedBatch<T> | undefined
  readonly #errors: { readonly error: unknown; readonly state: PartitionState }[] = []
  #fatal: { readonly error: unknown } | undefined
  #news = Promise.withResolvers<void>()
  #waiting = 0
  #isClosed = false
  /** Grows with everything that readers do. */
  progress = 0

  constructor(cluster: Cluster, plan: ConsumerPlan, positions: PositionSource | undefined) {
    this.#plan = plan
    this.#fetcher = new Fetcher(cluster, plan, {
      partitions: () => [...this.#readers.values()].map(({ state }) => state),
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

  /** Whether somebody waits for records. */
  get isAwaited(): boolean {
    return this.#waiting > 0
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

  /** Hands out no more of these partitions; resolves when nobody holds records of them, or at the abort. */
  async remove(states: ReadonlySet<PartitionState>, patience?: AbortSignal): Promise<void> {
    for (const [key, { state }] of this.#readers) if (states.has(state)) this.#readers.delete(key)
    for (const handed of this.#handedOf(states)) handed.isRecalled = true
    if (this.#rest !== undefined && states.has(this.#rest.state)) this.#rest = undefined
    this.moved()
    while (patience !== undefined && !patience.aborted && this.#handedOf(states).length > 0) {
      await this.#nextNews(patience)
    }
  }

  /** Somebody sought: what is in hand of the partition says nothing any more. */
  recall(state: PartitionState): void {
    for (const handed of this.#handedOf(new Set([state]))) {
      handed.isRecalled = true
      handed.isVoid = true
    }
    if (this.#rest?.state === state) this.#rest = undefined
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
    this.#fatal = { error }
    this.#wakeReaders()
  }

  /** The offset of the next record that a reader gets: records that are handed out but not taken do not count. */
  position(state: PartitionState): number | undefined {
    const handed = [this.#rest, ...this.#inHand].find((one) => one?.state === state)
    return handed?.batch.records[handed.index]?.offset ?? state.position
  }

  /** Everything that readers have taken so far counts as processed. */
  settleAll(): void {
    this.#rest?.settle()
    for (const handed of this.#inHand) handed.settle()
  }

  /**
   * The next batch, of `only` if given; it is in the taker's hands until `putDown`. Undefined when the consumer is closed, or
   * `only` is given up. Rejects with the signal's reason, and with the errors of partitions.
   */
  async take({ signal }: ReadOptions, only?: PartitionState): Promise<HandedBatch<T> | undefined> {
    this.progress += 1
    for (;;) {
      if (this.#isClosed) return undefined
      if (only !== undefined && this.state(only.topic, only.partition) !== only) return undefined
      signal?.throwIfAborted()
      if (this.#fatal !== undefined) throw this.#fatal.error
      this.#throwErrorOf(only)
      const handed = this.#takeRest(only) ?? this.#next(only)
      if (handed !== undefined) {
        this.#inHand.add(handed)
        return handed
      }
      this.#fetcher.wake()
      this.#waiting += 1
      try {
        await this.#nextNews(signal)
      } finally {
        this.#waiting -= 1
        this.progress += 1
      }
      signal?.throwIfAborted()
    }
  }

  /** The taker is done with the batch; what it did not take is kept for the next loop, or read again. */
  putDown(handed: HandedBatch<T>): void {
    this.progress += 1
    if (!this.#inHand.delete(handed)) return
    if (!handed.isRecalled) {
      const isTaken = handed.index >= handed.batch.records.length
      if (!isTaken && this.#rest !== undefined) handed.putBack()
      else if (!handed.isVoid) this.#rest ??= handed
    }
    this.#wakeReaders()
  }

  /** The taker has processed the whole batch. */
  finish(handed: HandedBatch<T>): void {
    handed.settle()
    this.progress += 1
    this.#inHand.delete(handed)
    if (!handed.isRecalled) handed.putBack()
    this.#wakeReaders()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#readers.clear()
    this.#rest = undefined
    for (const handed of this.#inHand) handed.isRecalled = true
    this.#wakeReaders()
    await this.#fetcher.stop()
  }

  #handedOf(states: ReadonlySet<PartitionState>): HandedBatch<T>[] {
    return [...this.#inHand].filter(({ state }) => states.has(state))
  }

  #throwErrorOf(only: PartitionState | undefined): void {
    const index = this.#errors.findIndex(({ state }) => only === undefined || state === only)
    const [failed] = index < 0 ? [] : this.#errors.splice(index, 1)
    if (failed === undefined) return
    // Whoever reads on after the error meets it again, unless it has passed.
    failed.state.isLocating = false
    throw failed.error
  }

  /** A loop that begins goes on where the last one ended: what that one took counts as processed. */
  #takeRest(only: PartitionState | undefined): HandedBatch<T> | undefined {
    const rest = this.#rest
    if (rest === undefined || (only !== undefined && rest.state !== only)) return undefined
    this.#rest = undefined
    rest.settle()
    if (rest.next !== undefined) return rest
    rest.putBack()
    return undefined
  }

  /** Partitions take turns: who was read goes to the end. */
  #next(only: PartitionState | undefined): HandedBatch<T> | undefined {
    for (const [key, reader] of this.#readers) {
      const { state, maker } = reader
      const chunk = state.ready
      if (chunk === undefined || (only !== undefined && state !== only)) continue
      if (this.#inHand.size > 0 && this.#handedOf(new Set([state])).length > 0) continue
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
        state.advance(last.offset + 1, chunk.leaderEpoch)
        this.#fetcher.wake()
        const { topic, partition, lag = 0 } = state
        return new HandedBatch({ topic, partition, records, lag }, state)
      }
      if (problem !== undefined) throw problem
      state.finish(chunk)
      this.#fetcher.wake()
      return this.#next(only)
    }
    return undefined
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

  #wakeReaders(): void {
    const news = this.#news
    this.#news = Promise.withResolvers<void>()
    news.resolve()
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic} ${partition}`
}
