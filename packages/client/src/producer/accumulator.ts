// Takes records: finds their partition, puts their bytes into the partition's batch, and holds whoever brings them back
// while the buffer memory is full.
//
// Invariants: records of one topic enter in the order of their calls, also when some of them had to wait; what is held
// back is bounded by `bufferMemory`; a record that cannot be sent fails alone, before it is queued.

import { BATCH_HEADER_BYTES, BatchBuilder, KafkaError, type RecordHeader } from '@samsa/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { TopicMetadata } from '../cluster/metadata-cache.ts'
import type { Topic } from '../serdes/topic.ts'
import { keyedPartition, StickyPartition } from './partition-choice.ts'
import { PartitionQueue } from './partition-queue.ts'
import { type PendingCall, ProducerBatch } from './producer-batch.ts'
import type { ProducerPlan } from './producer-settings.ts'

/** A header of a record: text is written as UTF-8. */
export type HeaderValue = string | Uint8Array | null

/** Headers by name, or as pairs where a name comes more than once or order matters. */
export type Headers =
  | Readonly<Record<string, HeaderValue>>
  | readonly (readonly [name: string, value: HeaderValue])[]

/** A record to be sent; without `key`, topics of typed keys refuse it. */
export interface OutgoingRecord<K = unknown, V = unknown> {
  readonly key: K
  readonly value: V
  readonly headers?: Headers
  /** Milliseconds since 1970; now, if absent. */
  readonly timestamp?: number
  readonly partition?: number
}

/** What is kept of a topic that is written to. */
interface TopicLane {
  readonly queues: Map<number, PartitionQueue>
  readonly sticky: StickyPartition
}

const noHeaders: readonly RecordHeader[] = []
const headerOverheadBytes = 10

/** Records on their way into batches. */
export class Accumulator {
  readonly #cluster: Cluster
  readonly #plan: ProducerPlan
  readonly #queued: (queue: PartitionQueue) => void
  readonly #lanes = new Map<string, TopicLane>()
  readonly #openBatches = new Set<ProducerBatch>()
  readonly #idleBuilders: BatchBuilder[] = []
  #usedBytes = 0
  #room = Promise.withResolvers<void>()
  #flushes: { readonly batches: Set<ProducerBatch>; readonly done: () => void }[] = []

  constructor(cluster: Cluster, plan: ProducerPlan, queued: (queue: PartitionQueue) => void) {
    this.#cluster = cluster
    this.#plan = plan
    this.#queued = queued
  }

  /** Resolves when memory was given back. */
  get room(): Promise<void> {
    return this.#room.promise
  }

  /**
   * Puts a record into its batch. False when there is no memory for it at the moment. A record that can never be sent
   * fails its call, and counts as done.
   */
  append(
    topic: Topic,
    metadata: TopicMetadata,
    record: OutgoingRecord,
    call: PendingCall,
  ): boolean {
    let key: Uint8Array | null
    let value: Uint8Array | null
    let headers: readonly RecordHeader[]
    let part = 'key'
    try {
      key = topic.key.serialize(record.key, { topic: topic.name, part: 'key' })
      part = 'value'
      value = topic.value.serialize(record.value, { topic: topic.name, part: 'value' })
      part = 'headers'
      headers = record.headers === undefined ? noHeaders : headersOf(record.headers)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return refuse(call, 'INVALID_RECORD', `Topic ${topic.name}, ${part}: ${why}`, error)
    }
    const bytes = boundOf(key, value, headers)
    const problem = this.#sizeProblem(topic.name, bytes)
    if (problem !== undefined) return refuse(call, 'MESSAGE_TOO_LARGE', problem)
    if (this.#usedBytes > 0 && this.#usedBytes + bytes > this.#plan.bufferMemory) return false
    const lane = this.#lane(topic.name)
    const partitionCount = metadata.partitions.length
    const input = { topic: topic.name, key, value, partitionCount }
    const { partitioner, ignoresKeys } = this.#plan
    let partition: number
    try {
      partition = record.partition ?? keyedPartition(input, partitioner, ignoresKeys)
    } catch (error) {
      return refuse(call, 'INVALID_RECORD', `Topic ${topic.name}: the partitioner threw.`, error)
    }
    const isUnplaced = partition === -1 && record.partition === undefined
    if (isUnplaced) partition = lane.sticky.choose(metadata, bytes)
    if (!Number.isInteger(partition) || partition < 0 || partition >= partitionCount) {
      const message = `Topic ${topic.name} has no partition ${partition}, only 0 to ${partitionCount - 1}.`
      return refuse(call, 'UNKNOWN_TOPIC_OR_PARTITION', message)
    }
    const timestamp = record.timestamp ?? this.#cluster.world.clock.now()
    if (!Number.isSafeInteger(timestamp) || timestamp < 0) {
      const message = `Topic ${topic.name}: ${timestamp} is no timestamp in milliseconds since 1970.`
      return refuse(call, 'INVALID_TIMESTAMP', message)
    }
    const queue = this.#queue(lane, topic.name, partition)
    const batch = this.#batchFor(queue, bytes)
    batch.append(call, timestamp, key, value, headers)
    batch.reservedBytes += bytes
    this.#usedBytes += bytes
    this.#queued(queue)
    return true
  }

  /** The batch has its outcome: its memory is free. */
  release(batch: ProducerBatch): void {
    this.#openBatches.delete(batch)
    this.#usedBytes -= batch.reservedBytes
    batch.reservedBytes = 0
    // Memory that was touched before is cheaper than new memory: half of what may be used is kept.
    const { batchSize, bufferMemory } = this.#plan
    const isUsual = batch.sizeInBytes <= 2 * batchSize
    const isWanted = this.#idleBuilders.length * batchSize < bufferMemory / 2
    if (isUsual && isWanted) this.#idleBuilders.push(batch.builder)
    const room = this.#room
    this.#room = Promise.withResolvers<void>()
    room.resolve()
    for (const flush of this.#flushes) {
      if (flush.batches.delete(batch) && flush.batches.size === 0) flush.done()
    }
    this.#flushes = this.#flushes.filter(({ batches }) => batches.size > 0)
  }

  /** Resolves when everything that is queued now has its outcome. */
  async settled(): Promise<void> {
    if (this.#openBatches.size === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#flushes.push({ batches: new Set(this.#openBatches), done: resolve })
    await promise
  }

  #sizeProblem(topic: string, bytes: number): string | undefined {
    const { maxRequestSize, bufferMemory } = this.#plan
    const size = bytes + BATCH_HEADER_BYTES
    if (size > maxRequestSize) {
      return `A record for ${topic} takes ${size} bytes, more than maxRequestSize, ${maxRequestSize}.`
    }
    if (bytes <= bufferMemory) return undefined
    return `A record for ${topic} takes ${bytes} bytes, more than bufferMemory, ${bufferMemory}.`
  }

  #lane(topic: string): TopicLane {
    const known = this.#lanes.get(topic)
    if (known !== undefined) return known
    const sticky = new StickyPartition(this.#cluster.world.random, this.#plan.batchSize)
    const lane = { queues: new Map<number, PartitionQueue>(), sticky }
    this.#lanes.set(topic, lane)
    return lane
  }

  #queue({ queues }: TopicLane, topic: string, partition: number): PartitionQueue {
    const known = queues.get(partition)
    if (known !== undefined) return known
    const queue = new PartitionQueue(topic, partition, this.#plan.maxInFlight)
    queues.set(partition, queue)
    return queue
  }

  #batchFor(queue: PartitionQueue, bytes: number): ProducerBatch {
    const { batchSize } = this.#plan
    const growing = queue.growing
    if (growing !== undefined && growing.sizeInBytes + bytes <= batchSize) return growing
    const builder = this.#idleBuilders.pop() ?? new BatchBuilder(Math.max(batchSize, 256))
    const batch = new ProducerBatch(queue, this.#cluster.world.clock.monotonic(), builder)
    this.#openBatches.add(batch)
    queue.push(batch)
    return batch
  }
}

function refuse(
  call: PendingCall,
  name: 'INVALID_RECORD' | 'MESSAGE_TOO_LARGE' | 'UNKNOWN_TOPIC_OR_PARTITION' | 'INVALID_TIMESTAMP',
  message: string,
  cause?: unknown,
): true {
  call.appended()
  call.failed(new KafkaError(name, message, cause === undefined ? undefined : { cause }), 1)
  return true
}

function boundOf(
  key: Uint8Array | null,
  value: Uint8Array | null,
  headers: readonly RecordHeader[],
): number {
  let bytes = BatchBuilder.upperBound(key?.length ?? 0, value?.length ?? 0)
  for (const { key: name, value: content } of headers) {
    bytes += headerOverheadBytes + 3 * name.length + (content?.length ?? 0)
  }
  return bytes
}

function headersOf(headers: Headers): RecordHeader[] {
  const pairs = Array.isArray(headers)
    ? (headers as readonly (readonly [string, HeaderValue])[])
    : Object.entries(headers as Readonly<Record<string, HeaderValue>>)
  return pairs.map(([key, value]) => ({ key, value: headerBytes(value) }))
}

function headerBytes(value: HeaderValue): Buffer | null {
  if (value === null) return null
  if (typeof value === 'string') return Buffer.from(value)
  if (!(value instanceof Uint8Array)) throw new TypeError(`A header is text, bytes or null.`)
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}
