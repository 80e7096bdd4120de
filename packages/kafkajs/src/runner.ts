// Runs a program's handlers over what its consumer is assigned: partition by partition in order, so many at a time as the
// program says; a message whose handler fails is tried again, and never skipped.

import {
  type AssignedPartition,
  type Consumer as ClientConsumer,
  type PartitionStream,
  topic as topicOf,
} from '@samsa/client'
import { KafkaError } from '@samsa/protocol'
import type { World } from '@samsa/world'
import { Batch } from './batch.ts'
import { BatchWork, type WorkContext } from './batch-work.ts'
import { type RetryPlan, retryMs } from './config.ts'
import { KafkaJSError, KafkaJSNumberOfRetriesExceeded, translated } from './errors.ts'
import type { Logger } from './logger.ts'
import type { RawTopic } from './messages.ts'
import type { ConsumerRunConfig } from './run-config.ts'
import { Turns } from './turns.ts'

/** What the runner tells its consumer. */
export interface RunnerListener {
  batchStarted(batch: Batch): void
  batchEnded(batch: Batch, durationMs: number): void
  committed(offsets: readonly { topic: string; partition: number; offset: number }[]): void
  /** A handler has failed for good. */
  crashed(error: Error, willRestart: boolean): void
}

/** What the runner works with. */
export interface RunnerContext {
  readonly world: World
  readonly logger: Logger
  readonly client: ClientConsumer<RawTopic>
  readonly config: ConsumerRunConfig
  readonly retry: RetryPlan
  readonly listener: RunnerListener
  readonly pause: WorkContext['pause']
  readonly isPaused: WorkContext['isPaused']
}

/** A handler that failed, how often in a row, and what ends the wait for the next try. */
interface Failure {
  readonly topic: string
  readonly partition: number
  readonly failures: number
  readonly signal: AbortSignal
}

/** A rebalance explains these: the partition's next owner reads from what was committed before. */
const rebalanceErrors: ReadonlySet<string> = new Set([
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'REBALANCE_IN_PROGRESS',
  'FENCED_MEMBER_EPOCH',
  'STALE_MEMBER_EPOCH',
])

/** Reads and handles until it is stopped. */
export class Runner {
  readonly #context: RunnerContext
  readonly #end = new AbortController()
  readonly #turns: Turns
  /** What is being handled, by partition. */
  readonly #works = new Map<string, { readonly work: BatchWork; readonly done: Promise<void> }>()
  readonly #streams = new Set<Promise<void>>()
  #loop: Promise<void> | undefined

  constructor(context: RunnerContext) {
    this.#context = context
    this.#turns = new Turns(Math.max(1, context.config.partitionsConsumedConcurrently ?? 1))
  }

  get isRunning(): boolean {
    return !this.#end.signal.aborted
  }

  start(): void {
    this.#loop = this.#read()
  }

  /** Waits for the handlers that are at work, and reads no more. */
  async stop(): Promise<void> {
    this.#end.abort(new Error('The consumer was stopped.'))
    await this.#loop
    await Promise.all(this.#streams)
  }

  /** Somebody sought: the rest of what is being handled is not wanted. */
  sought(topic: string, partition: number): void {
    const current = this.#works.get(keyOf(topic, partition))
    if (current !== undefined) current.work.isSought = true
  }

  /** Resolves when nothing of these partitions is handled any more, or after `limitMs`. */
  async settled(partitions: readonly AssignedPartition[], limitMs: number): Promise<void> {
    const works = partitions.flatMap(({ topic, partition }) => {
      return this.#works.get(keyOf(topic, partition)) ?? []
    })
    if (works.length === 0) return
    for (const { work } of works) work.isSought = true
    const over = new AbortController()
    const limit = this.#context.world.clock.sleep(limitMs, over.signal).catch(() => {})
    await Promise.race([Promise.all(works.map(({ done }) => done)), limit])
    over.abort()
  }

  async #read(): Promise<void> {
    const { client } = this.#context
    const { signal } = this.#end
    while (this.isRunning) {
      try {
        for await (const stream of client.partitions({ signal })) {
          const work = this.#work(stream).finally(() => this.#streams.delete(work))
          this.#streams.add(work)
        }
        return
      } catch (error) {
        if (!this.isRunning) return
        await this.#failed(translated(error))
      }
    }
  }

  /** Handles one partition until it is given up. Never rejects. */
  async #work(stream: PartitionStream<RawTopic>): Promise<void> {
    const { topic, partition, signal: lost } = stream
    const signal = AbortSignal.any([this.#end.signal, lost])
    while (!signal.aborted) {
      try {
        for await (const batch of stream.batches({ signal })) {
          await this.#handle(stream, Batch.of(batch), signal)
          if (!this.isRunning) return
        }
        return
      } catch (error) {
        if (signal.aborted) return
        const name = `${topic}-${partition}`
        this.#context.logger.error(`Reading ${name} failed: ${String(error)}`, { topic, partition })
        await this.#failed(translated(error))
      }
    }
  }

  /** Handles a batch, and what a failed handler has left of it again and again, until nobody wants it any more. */
  async #handle(
    stream: PartitionStream<RawTopic>,
    batch: Batch,
    signal: AbortSignal,
  ): Promise<void> {
    const { world, client, config, pause, isPaused } = this.#context
    const { topic, partition } = stream
    const key = keyOf(topic, partition)
    const context: WorkContext = {
      client,
      config,
      clock: world.clock,
      isRunning: () => this.isRunning,
      pause,
      isPaused,
      commit: (offsets) => this.#commit(offsets),
    }
    const work = new BatchWork(context, batch, stream)
    const done = Promise.withResolvers<void>()
    this.#works.set(key, { work, done: done.promise })
    try {
      for (let failures = 1; ; failures++) {
        const failure = await this.#attempt(work)
        if (failure === undefined) break
        failures = await this.#handlerFailed(failure.error, { topic, partition, failures, signal })
        const { rest } = work
        if (rest === undefined || signal.aborted) break
        work.batch = work.batch.from(rest)
      }
      const { rest } = work
      if (rest !== undefined) this.#goBack(topic, partition, rest)
    } finally {
      this.#works.delete(key)
      done.resolve()
    }
  }

  /** Lets the handler have the batch, when it is its turn. */
  async #attempt(work: BatchWork): Promise<{ readonly error: unknown } | undefined> {
    const giveBack = await this.#turns.take()
    const { world, listener } = this.#context
    const { batch } = work
    const startedMs = world.clock.monotonic()
    listener.batchStarted(batch)
    try {
      if (this.isRunning && !work.isStale) await work.run()
      return undefined
    } catch (error) {
      return { error }
    } finally {
      listener.batchEnded(batch, world.clock.monotonic() - startedMs)
      giveBack()
    }
  }

  #goBack(topic: string, partition: number, offset: number): void {
    try {
      this.#context.client.seek(topicOf(topic), partition, offset)
    } catch (error) {
      // The partition was given up meanwhile; its next owner begins where it was committed.
      if (!(error instanceof KafkaError)) throw error
    }
  }

  async #commit(offsets: readonly { topic: string; partition: number; offset: number }[]) {
    try {
      await this.#context.client.commit(offsets)
      this.#context.listener.committed(offsets)
    } catch (error) {
      if (!(error instanceof KafkaError) || !rebalanceErrors.has(error.name)) throw error
    }
  }

  /** Waits before the same message is tried again; after the last retry the program decides whether to go on. */
  async #handlerFailed(error: unknown, place: Failure): Promise<number> {
    const { topic, partition, failures, signal } = place
    const { retry, logger } = this.#context
    const message = `Error when processing ${topic}-${partition}: ${String(error)}`
    logger.error(message, { topic, partition, retryCount: failures - 1 })
    const cause = translated(error)
    const isFinal = cause instanceof KafkaJSError && !cause.retriable
    const retryTime = retryMs(retry, failures)
    if (!isFinal && failures <= retry.retries) {
      await this.#context.world.clock.sleep(retryTime, signal).catch(() => {})
      return failures
    }
    const counts = { retryCount: failures - 1, retryTime }
    await this.#failed(isFinal ? cause : new KafkaJSNumberOfRetriesExceeded(cause, counts))
    return 0
  }

  async #failed(error: Error): Promise<void> {
    const { retry, listener } = this.#context
    const isRetriable =
      error instanceof KafkaJSNumberOfRetriesExceeded ||
      (error instanceof KafkaJSError && error.retriable)
    const willRestart = isRetriable && ((await retry.restartOnFailure?.(error)) ?? true)
    listener.crashed(error, willRestart)
    if (!willRestart) this.#end.abort(error)
    else await this.#rest(retryMs(retry, 1))
  }

  async #rest(ms: number): Promise<void> {
    await this.#context.world.clock.sleep(ms, this.#end.signal).catch(() => {})
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic} ${partition}`
}
