// Takes records: finds their partition, puts their bytes into the partition's batch, and holds whoever brings them back
// while the buffer memory is full.
//
// Invariants: records of one topic enter in the order of their calls, also when some of them had to wait; what is held
// back is bounded by `bufferMemory`; a record that cannot be sent fails alone, before it is queued.

import { BATCH_HEADER_BYTES, BatchBuilder, KafkaError, type RecordHeader } from '@samsa/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import { KeepAlive } from '../cluster/keep-alive.ts'
import type { TopicMetadata } from '../cluster/metadata-cache.ts'
import type { Serde, SerdePlace } from '../serdes/serde.ts'
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

/** Records of one call on their way in. */
interface Incoming {
  readonly records: readonly OutgoingRecord[]
  readonly next: number
  readonly call: PendingCall
}

/** What is kept of a topic that is written to. */
interface TopicLane {
  /** By partition, where there is one. */
  readonly queues: (PartitionQueue | undefined)[]
  readonly sticky: StickyPartition
  readonly keyPlace: SerdePlace
  readonly valuePlace: SerdePlace
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
  /** Bytes of all open batches; what the records take at most. */
  #usedBytes = 0
  readonly #keepAlive: KeepAlive
  #room = Promise.withResolvers<void>()
  #flushes: { readonly batches: Set<ProducerBatch>; readonly done: () => void }[] = []

  constructor(cluster: Cluster, plan: ProducerPlan, queued: (queue: PartitionQueue) => void) {
    this.#cluster = cluster
    this.#keepAlive = new KeepAlive(cluster.world.clock)
    this.#plan = plan
    this.#queued = queued
  }

  /** Resolves when memory was given back. */
  get room(): Promise<void> {
    return this.#room.promise
  }

  /**
   * Puts records into their batches, from the one at `next` on. Answers with the place of the first one for which there is
   * no memory at the moment, or with the number of records. A record that can never be sent fails its call, and counts as
   * done.
   */
  append(topic: Topic, metadata: TopicMetadata, { records, next, call }: Incoming): number {
    const lane = this.#lane(topic.name)
    const nowMs = this.#cluster.world.clock.now()
    const count = records.length
    let i = next
    for (; i < count; i++) {
      const record = records[i]
      if (record === undefined) continue
      try {
        if (!this.#appendOne(lane, topic, metadata, record, nowMs, call)) return i
      } catch (error) {
        call.appended()
        call.failed(error, 1)
      }
    }
    return i
  }

  /** False when there is no memory for the record at the moment. Throws a KafkaError when it can never be sent. */
  #appendOne(
    lane: TopicLane,
    topic: Topic,
    metadata: TopicMetadata,
    record: OutgoingRecord,
    nowMs: number,
    call: PendingCall,
  ): boolean {
    const key = serialized(topic.key, record.key, lane.keyPlace)
    const value = serialized(topic.value, record.value, lane.valuePlace)
    const headers =
      record.headers === undefined ? noHeaders : checkedHeaders(record.headers, topic.name)
    const bytes = boundOf(key, value, headers)
    this.#checkSize(topic.name, bytes)
    if (this.#usedBytes > 0 && this.#usedBytes + bytes > this.#plan.bufferMemory) return false
    const timestamp = record.timestamp ?? nowMs
    if (!Number.isSafeInteger(timestamp) || timestamp < 0) {
      const message = `Topic ${topic.name}: ${timestamp} is no timestamp in milliseconds since 1970.`
      throw new KafkaError('INVALID_TIMESTAMP', message)
    }
    const partition = this.#place(lane, metadata, record.partition, key, value, bytes)
    const queue = lane.queues[partition] ?? this.#queue(lane, topic.name, partition)
    const growing = queue.growing
    const { batchSize } = this.#plan
    const fits = growing !== undefined && growing.sizeInBytes + bytes <= batchSize
    const batch = fits ? growing : this.#newBatch(queue)
    batch.append(call, timestamp, key, value, headers)
    batch.reservedBytes += bytes
    if (this.#usedBytes === 0) this.#keepAlive.begin()
    this.#usedBytes += bytes
    // Who waits for a batch that grows has been told of it before.
    if (!fits || batch.sizeInBytes >= batchSize) this.#queued(queue)
    return true
  }

  /** The partition that the record names, or the one of its key, or the one that is filled at the moment. */
  #place(
    lane: TopicLane,
    metadata: TopicMetadata,
    named: number | undefined,
    key: Uint8Array | null,
    value: Uint8Array | null,
    bytes: number,
  ): number {
    const { partitioner, ignoresKeys } = this.#plan
    const partitionCount = metadata.partitions.length
    const topic = metadata.name
    if (named === undefined && partitioner === undefined && (key === null || ignoresKeys)) {
      return lane.sticky.choose(metadata, bytes)
    }
    let partition = named
    try {
      const input = { topic, key, value, partitionCount }
      partition ??= keyedPartition(input, partitioner, ignoresKeys)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const message = `Topic ${topic}: the partitioner threw: ${why}`
      throw new KafkaError('INVALID_RECORD', message, { cause: error })
    }
    if (partition === -1 && named === undefined) return lane.sticky.choose(metadata, bytes)
    if (Number.isInteger(partition) && partition >= 0 && partition < partitionCount) {
      return partition
    }
    const message = `Topic ${topic} has no partition ${partition}, only 0 to ${partitionCount - 1}.`
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', message)
  }

  /** The batch has its outcome: its memory is free. */
  release(batch: ProducerBatch): void {
    this.#openBatches.delete(batch)
    this.#usedBytes -= batch.reservedBytes
    if (this.#usedBytes === 0) this.#keepAlive.end()
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

  #checkSize(topic: string, bytes: number): void {
    const { maxRequestSize, bufferMemory } = this.#plan
    const size = bytes + BATCH_HEADER_BYTES
    if (size <= maxRequestSize && bytes <= bufferMemory) return
    const limit = size > maxRequestSize ? 'maxRequestSize' : 'bufferMemory'
    const allowed = size > maxRequestSize ? maxRequestSize : bufferMemory
    const message = `A record for topic ${topic} takes ${size} bytes, more than ${limit}, ${allowed}. Raise it, or send less.`
    throw new KafkaError('MESSAGE_TOO_LARGE', message)
  }

  #lane(topic: string): TopicLane {
    const known = this.#lanes.get(topic)
    if (known !== undefined) return known
    const lane: TopicLane = {
      queues: [],
      sticky: new StickyPartition(this.#cluster.world.random, this.#plan.batchSize),
      keyPlace: { topic, part: 'key' },
      valuePlace: { topic, part: 'value' },
    }
    this.#lanes.set(topic, lane)
    return lane
  }

  #queue({ queues }: TopicLane, topic: string, partition: number): PartitionQueue {
    const queue = new PartitionQueue(topic, partition, this.#plan.maxInFlight)
    queues[partition] = queue
    return queue
  }

  #newBatch(queue: PartitionQueue): ProducerBatch {
    const builder =
      this.#idleBuilders.pop() ?? new BatchBuilder(Math.max(this.#plan.batchSize, 256))
    const batch = new ProducerBatch(queue, this.#cluster.world.clock.monotonic(), builder)
    this.#openBatches.add(batch)
    queue.push(batch)
    return batch
  }
}

/** Throws KafkaError INVALID_RECORD, which names topic and part, for what the serde refuses. */
function serialized(serde: Serde<unknown>, value: unknown, place: SerdePlace): Uint8Array | null {
  try {
    return serde.serialize(value, place)
  } catch (error) {
    throw invalid(place.topic, place.part, error)
  }
}

function checkedHeaders(headers: Headers, topic: string): readonly RecordHeader[] {
  try {
    return headersOf(headers)
  } catch (error) {
    throw invalid(topic, 'headers', error)
  }
}

function invalid(topic: string, part: string, error: unknown): KafkaError {
  const why = error instanceof Error ? error.message : String(error)
  return new KafkaError('INVALID_RECORD', `Topic ${topic}, ${part}: ${why}`, { cause: error })
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
