// What `consumer.run` is told, and what handlers are given.

import type { Batch } from './batch.ts'
import type { KafkaMessage } from './messages.ts'
import type { Offsets } from './transaction.ts'

/** What a handler of single messages is given. */
export interface EachMessagePayload {
  readonly topic: string
  readonly partition: number
  readonly message: KafkaMessage
  /** Heartbeats go out by themselves; this only says whether the consumer still runs. */
  readonly heartbeat: () => Promise<void>
  /** Pauses the partition; what it gives resumes it. */
  readonly pause: () => () => void
}

/** What a handler of batches is given. */
export interface EachBatchPayload {
  readonly batch: Batch
  /** The messages up to this offset are processed. */
  readonly resolveOffset: (offset: string) => void
  readonly heartbeat: () => Promise<void>
  readonly pause: () => () => void
  /** Commits what was resolved when it is time for that; offsets that are given, at once. */
  readonly commitOffsetsIfNecessary: (offsets?: Offsets) => Promise<void>
  readonly uncommittedOffsets: () => Offsets
  readonly isRunning: () => boolean
  /** Somebody sought, or the partition was given up: the rest of the batch is not wanted. */
  readonly isStale: () => boolean
}

/** Handles messages one by one. */
export type EachMessageHandler = (payload: EachMessagePayload) => Promise<void>

/** Handles batches. */
export type EachBatchHandler = (payload: EachBatchPayload) => Promise<void>

/** How to consume. */
export interface ConsumerRunConfig {
  readonly autoCommit?: boolean
  /** Also while a batch is processed, so often in ms. */
  readonly autoCommitInterval?: number | null
  /** Also while a batch is processed, after so many messages. */
  readonly autoCommitThreshold?: number | null
  /** A batch whose handler returns is processed as a whole; true when absent. */
  readonly eachBatchAutoResolve?: boolean
  readonly partitionsConsumedConcurrently?: number
  readonly eachBatch?: EachBatchHandler
  readonly eachMessage?: EachMessageHandler
}
