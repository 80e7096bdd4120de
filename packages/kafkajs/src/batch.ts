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

  private constructor(
    { topic, partition }: { readonly topic: string; readonly partition: number },
    messages: readonly KafkaMessage[],
    lag: number,
  ) {
    this.topic = topic
    this.partition = partition
    this.messages = messages
    this.#lag = lag
    this.highWatermark = String(Number(this.lastOffset()) + 1 + lag)
  }

  /** What the client has read. */
  static of(batch: ConsumerBatch<RawTopic>): Batch {
    return new Batch(batch, batch.records.map(incoming), batch.lag)
  }

  /** The messages from an offset on. */
  from(offset: number): Batch {
    const rest = this.messages.filter((message) => Number(message.offset) >= offset)
    return new Batch(this, rest, this.#lag)
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
