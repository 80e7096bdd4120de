// kafkajs's producer. Acknowledgements and compression are said with each call, so a client's producer is kept for each
// pair that was asked for.
//
// Invariant: records of one topic with the same acknowledgements and compression are written in the order of the calls.

import {
  connect,
  type KafkaClient,
  type Producer as ClientProducer,
  topic as topicOf,
  type WrittenRange,
} from '@samsa/client'
import { CompressionTypes, nameOf } from './constants.ts'
import { inTheirWords, KafkaJSError, KafkaJSNonRetriableError } from './errors.ts'
import { producerEvents } from './event-names.ts'
import { Emitter } from './events.ts'
import type { Logger } from './logger.ts'
import { type Message, outgoing, type RawTopic } from './messages.ts'
import type { ICustomPartitioner, PartitionMetadata } from './partitioners.ts'
import { retryPlan, connectOptions, type RetryOptions } from './config.ts'
import type { Setting } from './setting.ts'
import { Transaction } from './transaction.ts'

/** How a producer works. */
export interface ProducerConfig {
  readonly createPartitioner?: ICustomPartitioner
  readonly retry?: RetryOptions
  readonly metadataMaxAge?: number
  readonly allowAutoTopicCreation?: boolean
  readonly idempotent?: boolean
  readonly transactionalId?: string
  readonly transactionTimeout?: number
  readonly maxInFlightRequests?: number
}

/** Messages for one topic. */
export interface TopicMessages {
  readonly topic: string
  readonly messages: readonly Message[]
}

/** How messages are sent. */
interface SendOptions {
  readonly acks?: number
  readonly timeout?: number
  readonly compression?: CompressionTypes
}

/** Messages for one topic, and how they are sent. */
export interface ProducerRecord extends TopicMessages, SendOptions {}

/** Messages for several topics, and how they are sent. */
export interface ProducerBatch extends SendOptions {
  readonly topicMessages?: readonly TopicMessages[]
}

/** Where messages were written. */
export interface RecordMetadata {
  readonly topicName: string
  readonly partition: number
  readonly errorCode: number
  readonly baseOffset: string
  readonly logAppendTime: string
  readonly logStartOffset: string
}

/** What sends records for the client: a producer, or a transaction. */
export interface RecordSink {
  sendAll: ClientProducer['sendAll']
}

const codecs = { None: 'none', GZIP: 'gzip', Snappy: 'snappy', LZ4: 'lz4', ZSTD: 'zstd' } as const
const defaultMetadataMaxAgeMs = 300_000

/** Sends messages. */
export class Producer {
  readonly events: typeof producerEvents = producerEvents
  readonly #setting: Setting
  readonly #config: ProducerConfig
  readonly #emitter: Emitter
  readonly #partition: ReturnType<ICustomPartitioner> | undefined
  readonly #producers = new Map<string, ClientProducer>()
  readonly #partitions = new Map<string, { readonly metadata: PartitionMetadata[]; atMs: number }>()
  #client: KafkaClient | undefined

  constructor(setting: Setting, config: ProducerConfig) {
    if (config.transactionalId !== undefined && config.idempotent === false) {
      const message = 'Cannot enable transactions with an idempotent producer disabled'
      throw new KafkaJSNonRetriableError(message)
    }
    this.#setting = setting
    this.#config = config
    this.#emitter = new Emitter(setting.world.clock, setting.logger, Object.values(producerEvents))
    this.#partition = config.createPartitioner?.()
  }

  /** Connects. Rejects when no broker can be reached. */
  async connect(): Promise<void> {
    const { kafka, world } = this.#setting
    await inTheirWords(async () => {
      const retry = retryPlan(kafka.retry, this.#config.retry)
      const client = connect({
        ...(await connectOptions(kafka, retry, world)),
        metadataMaxAgeMs: this.#config.metadataMaxAge ?? defaultMetadataMaxAgeMs,
      })
      try {
        await client.admin().cluster.describe()
      } catch (error) {
        await client.close()
        throw error
      }
      this.#client = client
    })
    this.#emitter.emit(producerEvents.CONNECT)
  }

  /** Waits for what was sent, and disconnects. */
  async disconnect(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    this.#producers.clear()
    await inTheirWords(async () => await client?.close())
    this.#emitter.emit(producerEvents.DISCONNECT)
  }

  isIdempotent(): boolean {
    return this.#config.idempotent === true || this.#config.transactionalId !== undefined
  }

  /** Sends messages to one topic. */
  async send({ topic, messages, ...options }: ProducerRecord): Promise<RecordMetadata[]> {
    return await this.sendBatch({ ...options, topicMessages: [{ topic, messages }] })
  }

  /** Sends messages to several topics. */
  async sendBatch({ topicMessages = [], ...options }: ProducerBatch): Promise<RecordMetadata[]> {
    checkMessages(topicMessages)
    return await this.#sendTo(this.#producer(options), topicMessages)
  }

  /** Begins a transaction. */
  async transaction(): Promise<Transaction> {
    if (this.#config.transactionalId === undefined) {
      throw new KafkaJSNonRetriableError('Must provide transactional id for transactional producer')
    }
    const transaction = await inTheirWords(async () => {
      return await this.#producer({}).beginTransaction()
    })
    return new Transaction(transaction, (topicMessages) => {
      checkMessages(topicMessages)
      return this.#sendTo(transaction, topicMessages)
    })
  }

  on = ((type, listener) => this.#emitter.on(type, listener)) as Emitter['on']

  logger(): Logger {
    return this.#setting.logger
  }

  #connected(): KafkaClient {
    if (this.#client === undefined) throw new KafkaJSError('The producer is disconnected')
    return this.#client
  }

  #producer({ acks = -1, compression = CompressionTypes.None }: SendOptions): ClientProducer {
    const client = this.#connected()
    if (this.isIdempotent() && acks !== -1) {
      const message =
        "Not requiring ack for all messages invalidates the idempotent producer's EoS guarantees"
      throw new KafkaJSNonRetriableError(message)
    }
    const name = nameOf(CompressionTypes, compression) as keyof typeof codecs | undefined
    if (name === undefined || ![-1, 0, 1].includes(acks)) {
      const message = name === undefined ? `compression ${compression}` : `acks ${acks}`
      throw new KafkaJSNonRetriableError(`There is no ${message}`)
    }
    const key = `${acks} ${name}`
    const known = this.#producers.get(key)
    if (known !== undefined) return known
    const { transactionalId, transactionTimeout, maxInFlightRequests } = this.#config
    const producer = client.producer({
      acks: acks === -1 ? 'all' : acks === 0 ? '0' : '1',
      compressionType: codecs[name],
      ...(transactionalId === undefined ? {} : { transactionalId }),
      ...(transactionTimeout === undefined ? {} : { transactionTimeoutMs: transactionTimeout }),
      ...(maxInFlightRequests === undefined
        ? {}
        : { maxInFlightRequestsPerConnection: maxInFlightRequests }),
    })
    this.#producers.set(key, producer)
    return producer
  }

  async #sendTo(
    sink: RecordSink,
    topicMessages: readonly TopicMessages[],
  ): Promise<RecordMetadata[]> {
    const byTopic = Map.groupBy(topicMessages, ({ topic }) => topic)
    const merged = [...byTopic].map(([topic, parts]) => {
      return { topic, messages: parts.flatMap(({ messages }) => messages) }
    })
    const ready = await inTheirWords(async () => {
      return await Promise.all(merged.map((part) => this.#prepare(part)))
    })
    return await inTheirWords(async () => {
      const sent = ready.map(async ({ topic, records }) => await sink.sendAll(topic, records))
      return metadataOf((await Promise.all(sent)).flat())
    })
  }

  async #prepare({ topic, messages }: TopicMessages) {
    const raw: RawTopic = topicOf(topic)
    const records = messages.map((message) => outgoing(topic, message))
    if (this.#config.allowAutoTopicCreation === false) await this.#metadata(topic)
    const choose = this.#partition
    if (choose === undefined) return { topic: raw, records }
    const partitionMetadata = await this.#metadata(topic)
    return {
      topic: raw,
      records: records.map((record, i) => {
        const message = messages[i] ?? { value: null }
        return { ...record, partition: choose({ topic, partitionMetadata, message }) }
      }),
    }
  }

  /** Partitions of a topic, as they were a few minutes ago at most. */
  async #metadata(topic: string): Promise<readonly PartitionMetadata[]> {
    const { clock } = this.#setting.world
    const maxAgeMs = this.#config.metadataMaxAge ?? defaultMetadataMaxAgeMs
    const known = this.#partitions.get(topic)
    if (known !== undefined && clock.monotonic() - known.atMs < maxAgeMs) return known.metadata
    const client = this.#connected()
    if (this.#config.allowAutoTopicCreation !== false) {
      // The client's way to find a topic creates it where the broker allows that.
      await using consumer = client.consumer()
      await consumer.partitionsOf(topicOf(topic))
    }
    const found = (await client.admin().topics.describe([topic])).get(topic)
    const metadata = (found?.partitions ?? []).map((partition) => ({
      partitionErrorCode: 0,
      partitionId: partition.partition,
      leader: partition.leaderId ?? -1,
      replicas: partition.replicas,
      isr: partition.inSyncReplicas,
      offlineReplicas: partition.offlineReplicas,
    }))
    this.#partitions.set(topic, { metadata, atMs: clock.monotonic() })
    return metadata
  }
}

function checkMessages(topicMessages: readonly TopicMessages[]): void {
  if (topicMessages.some(({ topic }) => !topic)) throw new KafkaJSNonRetriableError('Invalid topic')
  for (const { topic, messages } of topicMessages) {
    if (messages !== undefined && messages !== null) continue
    const message = `Invalid messages array [${String(messages)}] for topic "${topic}"`
    throw new KafkaJSNonRetriableError(message)
  }
}

/** One entry for each partition, with the first of its offsets. */
function metadataOf(ranges: readonly WrittenRange[]): RecordMetadata[] {
  const byPartition = Map.groupBy(ranges, ({ topic, partition }) => `${topic} ${partition}`)
  return [...byPartition.values()].flatMap((parts) => {
    const [first] = parts.sort((a, b) => a.baseOffset - b.baseOffset)
    if (first === undefined) return []
    return [
      {
        topicName: first.topic,
        partition: first.partition,
        errorCode: 0,
        baseOffset: String(first.baseOffset),
        logAppendTime: String(first.logAppendTimeMs),
        logStartOffset: '-1',
      },
    ]
  })
}
