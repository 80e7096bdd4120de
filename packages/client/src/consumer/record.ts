// Records as readers get them, typed by their topic.

import { KafkaError, type RecordHeader, type StoredRecord } from '@samsa/protocol'
import type { SerdePlace } from '../serdes/serde.ts'
import type { Topic } from '../serdes/topic.ts'

/** A record of a topic. */
export interface TopicRecord<K, V> {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Milliseconds since 1970, -1 if it has none. */
  readonly timestamp: number
  readonly key: K
  readonly value: V
  readonly headers: readonly RecordHeader[]
}

/** A record of any of the topics `T`. */
export type ConsumerRecord<T> = T extends Topic<infer K, infer V> ? TopicRecord<K, V> : never

/** Records of one partition that follow each other. */
export interface ConsumerBatch<T> {
  readonly topic: string
  readonly partition: number
  readonly records: readonly ConsumerRecord<T>[]
  /** Records that were written, as far as is known, but not read yet. */
  readonly lag: number
}

/** Makes records of what is stored in one partition. */
export class RecordMaker {
  readonly #topic: Topic
  readonly #partition: number
  readonly #keyPlace: SerdePlace
  readonly #valuePlace: SerdePlace

  constructor(topic: Topic, partition: number) {
    this.#topic = topic
    this.#partition = partition
    this.#keyPlace = { topic: topic.name, part: 'key' }
    this.#valuePlace = { topic: topic.name, part: 'value' }
  }

  /** Throws KafkaError INVALID_RECORD, which names topic, partition and offset, when a serde cannot read it. */
  make({ offset, timestamp, key, value, headers }: StoredRecord): TopicRecord<unknown, unknown> {
    const { name } = this.#topic
    let part = 'key'
    try {
      const readKey = this.#topic.key.deserialize(key, this.#keyPlace)
      part = 'value'
      const readValue = this.#topic.value.deserialize(value, this.#valuePlace)
      const partition = this.#partition
      return { topic: name, partition, offset, timestamp, key: readKey, value: readValue, headers }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const message = `${name}-${this.#partition}, offset ${offset}, ${part}: ${why}`
      throw new KafkaError('INVALID_RECORD', message, { cause: error })
    }
  }
}
