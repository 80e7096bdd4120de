// kafkajs's consumer: a member of a classic group, with handlers that run over what it is assigned.
//
// Invariant: pauses and seeks of partitions that are not assigned yet count as soon as they are.

import {
  type AssignedPartition,
  connect,
  type Consumer as ClientConsumer,
  type KafkaClient,
  topic as topicOf,
} from '@samsa/client'
import { describeGroups, type GroupDescription } from './admin-groups.ts'
import { assignor, type ConsumerConfig, groupOptions } from './consumer-config.ts'
import { connectOptions, type RetryPlan, retryPlan } from './config.ts'
import {
  inTheirWords,
  KafkaJSError,
  KafkaJSNonRetriableError,
  KafkaJSNotImplemented,
} from './errors.ts'
import { consumerEvents } from './event-names.ts'
import { Emitter } from './events.ts'
import type { Logger } from './logger.ts'
import type { RawTopic } from './messages.ts'
import type { ConsumerRunConfig } from './run-config.ts'
import { Runner } from './runner.ts'
import type { Setting } from './setting.ts'

/** What to subscribe to. */
export interface ConsumerSubscribeTopics {
  readonly topics?: readonly (string | RegExp)[]
  readonly topic?: string | RegExp
  readonly fromBeginning?: boolean
}

/** A place in a partition. */
export interface TopicPartitionOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

/** Partitions of a topic. */
export interface TopicPartitions {
  readonly topic: string
  readonly partitions: number[]
}

const defaultRebalanceTimeoutMs = 60_000

/** Reads messages as a member of a group. */
export class Consumer {
  readonly events: typeof consumerEvents = consumerEvents
  readonly #setting: Setting
  readonly #config: ConsumerConfig
  readonly #retry: RetryPlan
  readonly #emitter: Emitter
  readonly #topics = new Map<string, boolean>()
  /** Topics and partitions that are paused. */
  readonly #paused = new Set<string>()
  readonly #seeks = new Map<string, TopicPartitionOffset>()
  #client: KafkaClient | undefined
  #consumer: ClientConsumer<RawTopic> | undefined
  #runner: Runner | undefined

  constructor(setting: Setting, config: ConsumerConfig) {
    if (!config?.groupId) {
      throw new KafkaJSNonRetriableError('Consumer groupId must be a non-empty string.')
    }
    const others = config.partitionAssigners?.filter((one) => one !== assignor) ?? []
    if (others.length > 0) {
      throw new KafkaJSNotImplemented('Only PartitionAssigners.roundRobin can assign partitions')
    }
    this.#setting = setting
    this.#config = config
    this.#retry = retryPlan(setting.kafka.retry, config.retry)
    this.#emitter = new Emitter(setting.world.clock, setting.logger, Object.values(consumerEvents))
  }

  /** Connects. Rejects when no broker can be reached. */
  async connect(): Promise<void> {
    if (this.#client !== undefined) return
    const { kafka, world } = this.#setting
    const { metadataMaxAge } = this.#config
    await inTheirWords(async () => {
      const client = connect({
        ...(await connectOptions(kafka, this.#retry, world)),
        ...(metadataMaxAge === undefined ? {} : { metadataMaxAgeMs: metadataMaxAge }),
      })
      try {
        await client.admin().cluster.describe()
      } catch (error) {
        await client.close()
        throw error
      }
      this.#client = client
    })
    this.#emitter.emit(consumerEvents.CONNECT)
  }

  /** Stops, leaves the group, and disconnects. */
  async disconnect(): Promise<void> {
    await this.stop()
    const client = this.#client
    this.#client = undefined
    await inTheirWords(async () => await client?.close())
    this.#emitter.emit(consumerEvents.DISCONNECT)
  }

  /** Names topics, or patterns of topics that exist; before `run`. */
  async subscribe(subscription: ConsumerSubscribeTopics): Promise<void> {
    if (this.#runner !== undefined) {
      throw new KafkaJSNonRetriableError('Cannot subscribe to topic while consumer is running')
    }
    const { topics, topic, fromBeginning = false } = subscription
    const wanted = topics ?? (topic === undefined ? [] : [topic])
    if (wanted.length === 0) {
      throw new KafkaJSNonRetriableError('Missing required argument "topics"')
    }
    for (const one of wanted) {
      if (typeof one !== 'string' && !(one instanceof RegExp)) {
        const message = `Invalid topic ${String(one)} (${typeof one}), the topic name has to be a String or a RegExp`
        throw new KafkaJSNonRetriableError(message)
      }
    }
    const patterns = wanted.filter((one) => one instanceof RegExp)
    const names = wanted.filter((one) => typeof one === 'string')
    if (patterns.length > 0) {
      const admin = this.#connected().admin()
      const all = await inTheirWords(() => admin.topics.list({ includeInternal: true }))
      const known = all.map(({ name }) => name)
      names.push(...known.filter((name) => patterns.some((pattern) => pattern.test(name))))
    }
    for (const name of names) this.#topics.set(name, fromBeginning)
  }

  /** Joins the group and runs the handler; resolves when the consumer is a member. */
  async run(config: ConsumerRunConfig = {}): Promise<void> {
    if (this.#runner !== undefined) {
      this.#setting.logger.warn('consumer#run was called, but the consumer is already running')
      return
    }
    const consumer = this.#makeConsumer()
    this.#consumer = consumer
    const runner = new Runner({
      world: this.#setting.world,
      logger: this.#setting.logger.namespace('Consumer'),
      client: consumer,
      config,
      retry: this.#retry,
      pause: (topic, partition) => {
        this.pause([{ topic, partitions: [partition] }])
        return () => this.resume([{ topic, partitions: [partition] }])
      },
      isPaused: (topic, partition) => this.#isPaused(topic, partition),
      listener: {
        batchStarted: (batch) => {
          this.#emitter.emit(consumerEvents.START_BATCH_PROCESS, summary(batch))
        },
        batchEnded: (batch, duration) => {
          this.#emitter.emit(consumerEvents.END_BATCH_PROCESS, { ...summary(batch), duration })
        },
        committed: (offsets) => {
          const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([topic, some]) => {
            const partitions = some.map(({ partition, offset }) => {
              return { partition, offset: String(offset) }
            })
            return { topic, partitions }
          })
          this.#emitter.emit(consumerEvents.COMMIT_OFFSETS, { ...this.#member(), topics })
        },
        crashed: (error, restart) => {
          const { groupId } = this.#config
          this.#emitter.emit(consumerEvents.CRASH, { error, groupId, restart })
          if (!restart) void this.stop().catch(() => {})
        },
      },
    })
    this.#runner = runner
    runner.start()
    const { clock } = this.#setting.world
    while (runner.isRunning && consumer.groupMetadata().generationId < 0) await clock.sleep(10)
    if (consumer.assignment.length === 0) this.#joined([])
  }

  /** Waits for the handlers at work, and leaves the group. */
  async stop(): Promise<void> {
    const [runner, consumer] = [this.#runner, this.#consumer]
    if (runner === undefined) return
    this.#runner = undefined
    await runner.stop()
    await inTheirWords(async () => await consumer?.close())
    this.#consumer = undefined
    this.#emitter.emit(consumerEvents.STOP)
  }

  /** Commits next offsets, whatever was processed. */
  async commitOffsets(
    offsets: readonly (TopicPartitionOffset & { readonly metadata?: string | null })[],
  ): Promise<void> {
    const next = offsets.map(({ topic, partition, offset, metadata }) => {
      return { topic, partition, offset: Number(offset), metadata: metadata ?? '' }
    })
    await inTheirWords(async () => await this.#running().commit(next))
  }

  /** Goes on reading at an offset; -1 is the end, -2 the beginning. */
  seek(place: TopicPartitionOffset): void {
    const { topic, partition, offset } = place
    const consumer = this.#running()
    const key = keyOf(topic, partition)
    if (!/^-?\d+$/.test(offset)) throw new KafkaJSNonRetriableError('Offset must be a long')
    const isAssigned = consumer.assignment.some((one) => {
      return one.topic === topic && one.partition === partition
    })
    if (!isAssigned) {
      this.#seeks.set(key, place)
      return
    }
    this.#runner?.sought(topic, partition)
    consumer.seek(topicOf(topic), partition, startOf(offset))
  }

  /** The group as its coordinator sees it. */
  async describeGroup(): Promise<GroupDescription> {
    const admin = this.#connected().admin()
    const [group] = await inTheirWords(() => describeGroups(admin, [this.#config.groupId]))
    if (group === undefined) throw new KafkaJSError('The group is not known')
    return group
  }

  /** Reads nothing of these partitions, or of all partitions of these topics. */
  pause(
    topics: readonly { readonly topic: string; readonly partitions?: readonly number[] }[],
  ): void {
    this.#running()
    for (const { topic, partitions } of topics) {
      for (const key of keysOf(topic, partitions)) this.#paused.add(key)
    }
    this.#applyPauses()
  }

  resume(
    topics: readonly { readonly topic: string; readonly partitions?: readonly number[] }[],
  ): void {
    this.#running()
    for (const { topic, partitions } of topics) {
      for (const key of keysOf(topic, partitions)) this.#paused.delete(key)
    }
    this.#applyPauses()
  }

  /** What is paused of what is assigned. */
  paused(): TopicPartitions[] {
    const paused = this.#running().assignment.filter(({ topic, partition }) => {
      return this.#isPaused(topic, partition)
    })
    return [...Map.groupBy(paused, ({ topic }) => topic)].map(([topic, some]) => {
      return { topic, partitions: some.map(({ partition }) => partition) }
    })
  }

  on = ((type, listener) => this.#emitter.on(type, listener)) as Emitter['on']

  logger(): Logger {
    return this.#setting.logger
  }

  #connected(): KafkaClient {
    if (this.#client === undefined) throw new KafkaJSError('The consumer is disconnected')
    return this.#client
  }

  #running(): ClientConsumer<RawTopic> {
    if (this.#consumer !== undefined) return this.#consumer
    const message = 'Consumer group was not initialized, consumer#run must be called first'
    throw new KafkaJSNonRetriableError(message)
  }

  #member() {
    const { generationId = -1, memberId = '' } = this.#consumer?.groupMetadata() ?? {}
    return { groupId: this.#config.groupId, memberId, groupGenerationId: generationId }
  }

  #makeConsumer(): ClientConsumer<RawTopic> {
    const config = this.#config
    const everywhere = [...this.#topics.values()].every((fromBeginning) => fromBeginning)
    return this.#connected().consumer<RawTopic>({
      ...groupOptions(config),
      topics: [...this.#topics.keys()].map((name) => topicOf(name)),
      autoOffsetReset: everywhere ? 'earliest' : 'latest',
      onAssigned: async (partitions) => {
        if (!everywhere) await this.#beginAtBeginning(partitions)
        this.#joined(partitions)
      },
      onRevoked: async (partitions) => {
        const { groupId, memberId } = this.#member()
        this.#emitter.emit(consumerEvents.REBALANCING, { groupId, memberId })
        const limitMs = (config.rebalanceTimeout ?? defaultRebalanceTimeoutMs) / 2
        await this.#runner?.settled(partitions, limitMs)
      },
      onLost: () => {},
    })
  }

  /** Where some topics begin at the beginning and others at the end: those of which nothing is committed are taken there. */
  async #beginAtBeginning(partitions: readonly AssignedPartition[]): Promise<void> {
    const consumer = this.#consumer
    const wanted = partitions
      .filter(({ topic }) => this.#topics.get(topic) === true)
      .map(({ topic, partition }) => ({ topic: topicOf(topic), partition }))
    if (consumer === undefined || wanted.length === 0) return
    const committed = await consumer.committed(wanted)
    for (const { topic, partition } of wanted) {
      const isKnown = committed.some((one) => {
        return one.topic === topic.name && one.partition === partition
      })
      if (!isKnown) consumer.seek(topic, partition, 'earliest')
    }
  }

  #joined(partitions: readonly AssignedPartition[]): void {
    for (const { topic, partition } of partitions) {
      const place = this.#seeks.get(keyOf(topic, partition))
      if (place === undefined) continue
      this.#seeks.delete(keyOf(topic, partition))
      this.#consumer?.seek(topicOf(topic), partition, startOf(place.offset))
    }
    this.#applyPauses()
    const memberAssignment = Object.fromEntries(
      [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, some]) => {
        return [topic, some.map(({ partition }) => partition)]
      }),
    )
    const { groupId, memberId } = this.#member()
    const groupProtocol = assignor.name
    const payload = { groupId, memberId, groupProtocol, memberAssignment }
    this.#emitter.emit(consumerEvents.GROUP_JOIN, payload)
  }

  #isPaused(topic: string, partition: number): boolean {
    return this.#paused.has(topic) || this.#paused.has(keyOf(topic, partition))
  }

  #applyPauses(): void {
    const consumer = this.#consumer
    for (const { topic, partition } of consumer?.assignment ?? []) {
      if (this.#isPaused(topic, partition)) consumer?.pause(topicOf(topic), partition)
      else consumer?.resume(topicOf(topic), partition)
    }
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic} ${partition}`
}

function keysOf(topic: string, partitions: readonly number[] | undefined): string[] {
  return partitions === undefined ? [topic] : partitions.map((one) => keyOf(topic, one))
}

function startOf(offset: string): number | 'earliest' | 'latest' {
  return offset === '-1' ? 'latest' : offset === '-2' ? 'earliest' : Number(offset)
}

function summary(batch: {
  readonly topic: string
  readonly partition: number
  readonly highWatermark: string
  readonly messages: readonly unknown[]
  offsetLag(): string
  offsetLagLow(): string
  firstOffset(): string | null
  lastOffset(): string
}) {
  const { topic, partition, highWatermark, messages } = batch
  return {
    topic,
    partition,
    highWatermark,
    offsetLag: batch.offsetLag(),
    offsetLagLow: batch.offsetLagLow(),
    batchSize: messages.length,
    firstOffset: batch.firstOffset(),
    lastOffset: batch.lastOffset(),
  }
}
