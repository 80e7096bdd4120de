// Where records go that failed for good: another topic, the record's own bytes unchanged, headers that say where it was and
// why it failed.
//
//   dead-letter.topic, dead-letter.partition, dead-letter.offset, dead-letter.timestamp   where and when the record was
//   dead-letter.reason      the error's message
//   dead-letter.attempts    how often it was tried
//   dead-letter.group       who gave up; absent without a group

import type { StoredRecord } from '@samsa/protocol'
import type { HeaderValue } from '../producer/accumulator.ts'
import type { Producer } from '../producer/producer.ts'
import { topic as plainTopic } from '../serdes/topic.ts'

/** A record that is given up. */
export interface DeadLetter {
  readonly topic: string
  readonly partition: number
  readonly stored: StoredRecord
  readonly error: unknown
  readonly attempts: number
}

/** Writes dead letters to one topic. */
export class DeadLetters {
  readonly #producer: Producer
  readonly #topic: ReturnType<typeof plainTopic>
  readonly #groupId: string | undefined

  /** Throws SettingsError for a name that Kafka does not take. */
  constructor(producer: Producer, topic: string, groupId: string | undefined) {
    this.#producer = producer
    this.#topic = plainTopic(topic)
    this.#groupId = groupId
  }

  /** Resolves when the letter is written; rejects as `Producer.send` does. */
  async write({ topic, partition, stored, error, attempts }: DeadLetter): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error)
    const headers: (readonly [string, HeaderValue])[] = [
      ...stored.headers.map(({ key, value }): readonly [string, HeaderValue] => [key, value]),
      ['dead-letter.topic', topic],
      ['dead-letter.partition', String(partition)],
      ['dead-letter.offset', String(stored.offset)],
      ['dead-letter.timestamp', String(stored.timestamp)],
      ['dead-letter.reason', reason],
      ['dead-letter.attempts', String(attempts)],
    ]
    if (this.#groupId !== undefined) headers.push(['dead-letter.group', this.#groupId])
    await this.#producer.send(this.#topic, { key: stored.key, value: stored.value, headers })
  }
}
