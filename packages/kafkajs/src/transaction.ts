// kafkajs's transaction over the client's.

import type { NextOffset, Transaction as ClientTransaction } from '@samsa/client'
import { inTheirWords, KafkaJSNonRetriableError } from './errors.ts'
import type { ProducerBatch, ProducerRecord, RecordMetadata, TopicMessages } from './producer.ts'

/** Offsets of partitions, by topic. */
export interface Offsets {
  readonly topics: readonly {
    readonly topic: string
    readonly partitions: readonly {
      readonly partition: number
      readonly offset: string
      readonly metadata?: string | null
    }[]
  }[]
}

/** Messages and offsets that are written together, or not at all. */
export class Transaction {
  readonly #transaction: ClientTransaction
  readonly #send: (topicMessages: readonly TopicMessages[]) => Promise<RecordMetadata[]>

  constructor(
    transaction: ClientTransaction,
    send: (topicMessages: readonly TopicMessages[]) => Promise<RecordMetadata[]>,
  ) {
    this.#transaction = transaction
    this.#send = send
  }

  /** As `Producer.send`; all brokers acknowledge, and nothing is compressed. */
  async send({ topic, messages }: ProducerRecord): Promise<RecordMetadata[]> {
    return await this.sendBatch({ topicMessages: [{ topic, messages }] })
  }

  async sendBatch({ topicMessages = [] }: ProducerBatch): Promise<RecordMetadata[]> {
    this.#check()
    return await this.#send(topicMessages)
  }

  /** Commits a group's offsets with the transaction. */
  async sendOffsets({
    consumerGroupId,
    topics,
  }: Offsets & { readonly consumerGroupId: string }): Promise<void> {
    this.#check()
    const group = {
      groupId: consumerGroupId,
      generationId: -1,
      memberId: '',
      groupInstanceId: null,
    }
    const offsets = nextOf({ topics })
    await inTheirWords(async () => await this.#transaction.sendOffsets(group, offsets))
  }

  async commit(): Promise<void> {
    this.#check()
    await inTheirWords(async () => await this.#transaction.commit())
  }

  async abort(): Promise<void> {
    this.#check()
    await inTheirWords(async () => await this.#transaction.abort())
  }

  isActive(): boolean {
    return this.#transaction.isOpen
  }

  #check(): void {
    if (this.isActive()) return
    const message = 'Cannot continue to use transaction once ended'
    throw new KafkaJSNonRetriableError(message)
  }
}

/** Offsets of a program in the client's words. */
export function nextOf(offsets: Offsets): (NextOffset & { readonly metadata: string })[] {
  return offsets.topics.flatMap(({ topic, partitions }) => {
    return partitions.map(({ partition, offset, metadata }) => {
      return { topic, partition, offset: Number(offset), metadata: metadata ?? '' }
    })
  })
}
