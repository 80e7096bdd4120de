// Runs a function over records, several at a time, with retries and dead letters. Order is kept within a partition, or only
// within a key, which lets records of one partition be processed side by side.
//
// Invariants: a record counts as processed when all before it in its partition are; one that failed for good and could not
// be put among the dead letters ends the run, and is read again; of one key no two records are processed at a time.

import { KafkaError, type StoredRecord } from '@samsa/protocol'
import type { World } from '@samsa/world'
import { type Backoff, backoffMs } from '../cluster/backoff.ts'
import { tracedProcess } from '../observability/channels.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { HandedBatch } from './handed-batch.ts'
import { KeyWindow } from './key-window.ts'
import { Permits } from './permits.ts'
import type { ReadEnds } from './read-ends.ts'
import type { ConsumerRecord } from './record.ts'
import type { RecordSupply } from './record-supply.ts'

/** What a function is told beside its record. */
export interface Handling {
  /** Aborts when the partition is given up, or the run ends: what goes on then is in vain. */
  readonly signal: AbortSignal
  /** 1 at first; more for retries. */
  readonly attempt: number
}

/** Processes one record; it is tried again when this throws or rejects. */
export type RecordHandler<T> = (
  record: ConsumerRecord<T>,
  handling: Handling,
) => void | Promise<void>

/** How to run. */
export interface RunOptions {
  /** Records processed at a time; 1 if absent. */
  readonly concurrency?: number
  /** `partition` if absent. With `key`, records without key have no order. */
  readonly orderedBy?: 'partition' | 'key'
  /** How often a record is tried again; 0 if absent. */
  readonly retries?: number
  /** The first pause before a retry, doubled with each up to a minute; 100 if absent. */
  readonly retryBackoffMs?: number
  /** The topic for records that failed for good, or that cannot be read; without it, they end the run. */
  readonly deadLetters?: string
  /** `end`: only what is there when the run first looks at a partition, and it ends when that is done. */
  readonly until?: 'end'
  /** Aborting it ends the run, with its reason, when what was begun is done. */
  readonly signal?: AbortSignal
}

/** What a run is made of. */
export interface RunContext<T> {
  readonly world: World
  readonly supply: RecordSupply<T>
  readonly handler: RecordHandler<T>
  readonly deadLetters: DeadLetters | undefined
  readonly between: () => Promise<void>
}

const longestPauseMs = 60_000
/** By key: the permits are what limits the work, so that partitions need not wait for each other. */
const partitionsAtATime = 16
/** By key: records of a partition that may lie between the slowest one and the newest. */
const widestWindow = 2000
/** By key: below so many records for each that may be processed at a time, more are let in. */
const lowWater = 2

/** One run over the records of a consumer. */
export class RecordRun<T> {
  readonly #context: RunContext<T>
  readonly #concurrency: number
  readonly #isByKey: boolean
  /** Batches in hand at a time. */
  readonly #mostActive: number
  readonly #retries: number
  readonly #backoff: Backoff
  readonly #permits: Permits
  readonly #ends: ReadEnds | undefined
  readonly #end = new AbortController()
  readonly #active = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | undefined

  constructor(context: RunContext<T>, options: RunOptions) {
    this.#context = context
    this.#concurrency = options.concurrency ?? 1
    this.#isByKey = options.orderedBy === 'key'
    const atATime = this.#isByKey ? partitionsAtATime : 1
    this.#mostActive = Math.max(this.#concurrency, atATime)
    this.#retries = options.retries ?? 0
    this.#backoff = { baseMs: options.retryBackoffMs ?? 100, maxMs: longestPauseMs }
    this.#permits = new Permits(this.#concurrency)
    this.#ends = context.supply.endsFor(options)
  }

  /** Begins nothing more; `run` resolves when what was begun is done. */
  stop(): void {
    this.#end.abort(stopped)
  }

  /** Resolves when it was stopped; rejects with the first failure, or with the reason of `signal`. */
  async run(signal: AbortSignal | undefined): Promise<void> {
    const onAbort = (): void => this.#end.abort(signal?.reason)
    if (signal?.aborted === true) onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      await this.#takeAll()
    } catch (error) {
      if (error !== this.#end.signal.reason) this.#fail(error)
    } finally {
      signal?.removeEventListener('abort', onAbort)
      await Promise.all(this.#active)
    }
    if (this.#failure !== undefined) throw this.#failure.error
    signal?.throwIfAborted()
  }

  async #takeAll(): Promise<void> {
    const { signal } = this.#end
    while (!signal.aborted) {
      await this.#context.between()
      const handed = await this.#context.supply.take({ signal, ends: this.#ends })
      if (handed === undefined) return
      const work = this.#work(handed).finally(() => this.#active.delete(work))
      this.#active.add(work)
      if (this.#active.size >= this.#mostActive) await Promise.race(this.#active)
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#end.abort(error)
  }

  /** Never rejects. */
  async #work(handed: HandedBatch<T>): Promise<void> {
    const signal = AbortSignal.any([handed.signal, this.#end.signal])
    try {
      if (this.#isByKey) await this.#byKey(handed, signal)
      else await this.#inOrder(handed, signal)
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#context.supply.finish(handed)
    }
  }

  async #inOrder(handed: HandedBatch<T>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const stored = handed.next
      if (stored === undefined) return
      if (!(await this.#process(handed, stored, signal))) return
      handed.index += 1
      handed.settle()
    }
  }

  /** Goes on with the partition as long as something is being processed and others do not wait for their turn. */
  async #byKey(handed: HandedBatch<T>, signal: AbortSignal): Promise<void> {
    const { supply } = this.#context
    const window = new KeyWindow<T>(handed, (stored) => this.#permitted(handed, stored, signal))
    let news: Promise<void> | undefined
    for (window.enter(); window.lanes > 0; ) {
      const wantsMore =
        window.lanes < lowWater * this.#concurrency &&
        window.span < widestWindow &&
        this.#active.size < this.#mostActive &&
        !signal.aborted
      // What was processed is committed between batches, not between records.
      if (wantsMore && handed.state.ready !== undefined) {
        await this.#context.between()
        if (supply.extend(handed, this.#ends)) {
          window.enter()
          continue
        }
      }
      if (wantsMore) {
        news ??= supply.waitForNews(signal).finally(() => {
          news = undefined
        })
      }
      await (news === undefined ? window.progress : Promise.race([window.progress, news]))
    }
  }

  /** As `#process`, when a permit is free. Never rejects: what goes wrong ends the run. */
  async #permitted(
    handed: HandedBatch<T>,
    stored: StoredRecord,
    signal: AbortSignal,
  ): Promise<boolean> {
    const isFree = this.#permits.take()
    if (isFree !== undefined) await isFree
    try {
      // Nothing is begun that was sought away from, paused or given up meanwhile.
      return !signal.aborted && handed.mayGrow && (await this.#process(handed, stored, signal))
    } catch (error) {
      this.#fail(error)
      return false
    } finally {
      this.#permits.give()
    }
  }

  /** Whether the record is done with; not so when the run or the partition has come to its end meanwhile. */
  async #process(
    handed: HandedBatch<T>,
    stored: StoredRecord,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { clock, random } = this.#context.world
    for (let attempt = 1; ; attempt++) {
      try {
        const record = handed.make(stored)
        const handling = { signal, attempt }
        const work = tracedProcess({ record, attempt }, () =>
          this.#context.handler(record, handling),
        )
        if (work !== undefined) await work
        return true
      } catch (error) {
        if (signal.aborted) return false
        // What cannot be read will not be readable the next time.
        const isPoison = error instanceof KafkaError && error.name === 'INVALID_RECORD'
        if (isPoison || attempt > this.#retries) {
          await this.#giveUp(handed, stored, error, attempt)
          return true
        }
        const pauseMs = backoffMs(this.#backoff, attempt, random.fraction())
        await clock.sleep(Math.ceil(pauseMs), signal).catch(() => {})
        if (signal.aborted) return false
      }
    }
  }

  /** Rejects when there is no place for dead letters, or none could be written. */
  async #giveUp(
    { state: { topic, partition } }: HandedBatch<T>,
    stored: StoredRecord,
    error: unknown,
    attempts: number,
  ): Promise<void> {
    const { deadLetters } = this.#context
    if (deadLetters !== undefined) {
      return await deadLetters.write({ topic, partition, stored, error, attempts })
    }
    if (error instanceof KafkaError && error.name === 'INVALID_RECORD') throw error
    const why = error instanceof Error ? error.message : String(error)
    const place = `${topic}-${partition}, offset ${stored.offset}`
    const message = `${place}: processing failed ${attempts} times, at last: ${why}`
    throw new KafkaError('INVALID_RECORD', message, { cause: error })
  }
}

const stopped = new Error('The run was stopped.')
