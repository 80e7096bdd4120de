// A batch as handlers of kafkajs programs see it.

import type { ConsumerBatch } from '@samsa/client'
import { incoming, type KafkaMessage, type RawTopic } from './messages.ts'

/** Messages of one partition that follow each other. */
export class Batch {
  readonly topic: string
  readonly partition: number
  readonly messages: readonly KafkaMessage[]
  /** The offset behind the last record that is known. */
  readonly highWatermark: string
  readonly #lag: number

  constructor(batch: ConsumerBatch<RawTopic>) {
    this.topic = batch.topic
    this.partition = batch.partition
    this.messages = batch.records.map(incoming)
    this.#lag = batch.lag
    this.highWatermark = String(Number(this.lastOffset()) + 1 + batch.lag)
  }

  isEmpty(): boolean {
    return this.messages.length === 0
  }

  firstOffset(): string | null {
    return this.messages[0]?.offset ?? null
  }

  lastOffset(): string {
    return this.messages.at(-1)?.offset ?? '-1'
  }

  /** Records behind the last one of the batch. */
  offsetLag(): string {
    return String(this.#lag)
  }

  /** Records behind the first one of the batch. */
  offsetLagLow(): string {
    const first = this.firstOffset()
    return first === null ? '0' : String(Number(this.highWatermark) - 1 - Number(first))
  }
}
