// What a sender asks of whoever gives numbers to its batches: an idempotent producer counts its epochs up by itself, a
// transactional one lets the coordinator do so and holds batches back until their partition is in the transaction.

import type { ProducerBatch, ProducerState } from './producer-batch.ts'

/** Id, epoch and permission for batches. */
export interface Numbering {
  /** Written into every request; null where there are no transactions. */
  readonly transactionalId: string | null
  /** What batches are numbered with; undefined until `acquire` got it. */
  readonly state: ProducerState | undefined
  /** Why nothing may leave any more: what waits fails with it. */
  readonly refusal: unknown
  /** Highest version of Produce to speak. */
  readonly highestProduceVersion: number
  /** Gets a state, unless that is under way. */
  acquire(): void
  /** Numbers given under the present state are used up or lost in some partition. */
  renew(): void
  /** Whether batches of the partition may leave; if not yet, whoever waits is told when. */
  admits(topic: string, partition: number): boolean
  /** A batch failed for good. */
  failed(batch: ProducerBatch, error: unknown): void
}

/** What a numbering tells its sender. */
export interface NumberingListener {
  /** Something that was waited for may be there. */
  changed(): void
  /** Nothing that waits can be sent. */
  gaveUp(error: unknown): void
}
