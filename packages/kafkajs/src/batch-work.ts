// One batch in the hands of a program's handler: which messages are processed, what of that is committed and when, where
// reading goes on.
//
// Invariant: a message counts as processed when its handler has returned, never before; what follows it in its partition
// is not handled while it is not processed.

import type { Consumer as ClientConsumer, PartitionStream } from '@samsa/client'
import type { Clock } from '@samsa/world'
import { Batch } from './batch.ts'
import type { RawTopic } from './messages.ts'
import type { ConsumerRunConfig, EachBatchPayload } from './run-config.ts'
import { nextOf } from './transaction.ts'

/** What the work needs from its consumer. */
export interface WorkContext {
  readonly client: ClientConsumer<RawTopic>
  readonly config: ConsumerRunConfig
  readonly clock: Clock
  readonly isRunning: () => boolean
  readonly pause: (topic: string, partition: number) => () => void
  readonly isPaused: (topic: string, partition: number) => boolean
  /** Commits next offsets; a rebalance in between is no error. */
  readonly commit: (
    offsets: readonly { topic: string; partition: number; offset: number; metadata?: string }[],
  ) => Promise<void>
}

/** The processing of one batch. */
export class BatchWork {
  /** Somebody sought meanwhile: the rest is not wanted, and reading goes on elsewhere. */
  isSought = false
  /** What is to be processed; less when it is tried again. */
  batch: Batch
  readonly #context: WorkContext
  readonly #signal: AbortSignal
  /** The offset behind the last message that is processed. */
  #next: number | undefined
  #committed: number | undefined
  #sinceCommit = 0
  #committedAtMs: number

  constructor(context: WorkContext, batch: Batch, { signal }: PartitionStream<RawTopic>) {
    this.#context = context
    this.batch = batch
    this.#signal = signal
    this.#committedAtMs = context.clock.monotonic()
  }

  /** Whether the rest of the batch is not wanted any more. */
  get isStale(): boolean {
    return this.isSought || this.#signal.aborted
  }

  /** The offset to go on with, if the batch was not processed as a whole and nobody sought. */
  get rest(): number | undefined {
    if (this.isStale) return undefined
    const first = Number(this.batch.firstOffset())
    const next = this.#next ?? first
    return next > Number(this.batch.lastOffset()) ? undefined : next
  }

  /** Gives the batch to the handler; rejects with what that throws. Commits what was processed either way. */
  async run(): Promise<void> {
    const { config } = this.#context
    try {
      if (config.eachMessage !== undefined) await this.#eachMessage(config.eachMessage)
      else if (config.eachBatch !== undefined) await this.#eachBatch(config.eachBatch)
    } finally {
      if (config.autoCommit !== false) await this.#commit()
    }
  }

  async #eachMessage(handle: NonNullable<ConsumerRunConfig['eachMessage']>): Promise<void> {
    const { topic, partition, messages } = this.batch
    const { isRunning, isPaused, pause } = this.#context
    for (const message of messages) {
      if (!isRunning() || this.isStale || isPaused(topic, partition)) return
      await handle({
        topic,
        partition,
        message,
        heartbeat: async () => {},
        pause: () => pause(topic, partition),
      })
      this.#resolve(Number(message.offset))
      await this.#commitIfDue()
    }
  }

  async #eachBatch(handle: NonNullable<ConsumerRunConfig['eachBatch']>): Promise<void> {
    const { batch } = this
    const { topic, partition } = batch
    const { config, isRunning, pause } = this.#context
    const payload: EachBatchPayload = {
      batch,
      resolveOffset: (offset) => this.#resolve(Number(offset)),
      heartbeat: async () => {},
      pause: () => pause(topic, partition),
      commitOffsetsIfNecessary: async (offsets) => {
        await (offsets === undefined ? this.#commitIfDue() : this.#context.commit(nextOf(offsets)))
      },
      uncommittedOffsets: () => {
        if (this.#next === undefined || this.#next === this.#committed) return { topics: [] }
        return { topics: [{ topic, partitions: [{ partition, offset: String(this.#next) }] }] }
      },
      isRunning,
      isStale: () => this.isStale,
    }
    await handle(payload)
    // Some messages were left where the handler resolves by itself, or stopped early.
    if (config.eachBatchAutoResolve !== false) this.#resolve(Number(batch.lastOffset()))
  }

  #resolve(offset: number): void {
    if (this.#next !== undefined && offset < this.#next) return
    this.#sinceCommit += 1
    this.#next = offset + 1
  }

  async #commitIfDue(): Promise<void> {
    const { autoCommit, autoCommitInterval, autoCommitThreshold } = this.#context.config
    if (autoCommit === false) return
    const sinceMs = this.#context.clock.monotonic() - this.#committedAtMs
    const isLate = typeof autoCommitInterval === 'number' && sinceMs >= autoCommitInterval
    const isMuch =
      typeof autoCommitThreshold === 'number' && this.#sinceCommit >= autoCommitThreshold
    if (isLate || isMuch) await this.#commit()
  }

  async #commit(): Promise<void> {
    const offset = this.#next
    if (offset === undefined || offset === this.#committed) return
    const { topic, partition } = this.batch
    this.#sinceCommit = 0
    this.#committedAtMs = this.#context.clock.monotonic()
    await this.#context.commit([{ topic, partition, offset }])
    this.#committed = offset
  }
}
