// Records by the partition: the offsets at ends of logs and at times, deletion up to an offset, and the producers that a
// leader remembers.

import { DeleteRecords, DescribeProducers, ListOffsets } from '@samsa/protocol'
import type { OpenLink } from '../cluster/open-link.ts'
import type { Desk } from './desk.ts'
import { type AdminCallOptions, outcomeOf } from './errand.ts'
import { byTopic, type PartitionKey, partitionKey, type TopicPartition } from './partition-key.ts'
import type { Outcomes, Results } from './results.ts'
import { toBroker, toLeader } from './routes.ts'

const specialTimestamps = {
  latest: -1,
  earliest: -2,
  'max-timestamp': -3,
  'earliest-local': -4,
  'latest-tiered': -5,
  'earliest-pending-upload': -6,
} as const

/** A place in a log: an end, the record of the largest timestamp, or the first record that is not before a time. */
export type OffsetPlace = keyof typeof specialTimestamps | { readonly timestamp: number }

/** A partition, and the place in it that is looked for. */
export interface PartitionPlace extends TopicPartition {
  readonly at: OffsetPlace
}

/** The offset of a place. */
export interface ListedOffset extends TopicPartition {
  /** -1 where no record is so late, or there is none. */
  readonly offset: number
  /** Of the record found by its time, -1 otherwise. */
  readonly timestamp: number
  /** Undefined where it is not known. */
  readonly leaderEpoch: number | undefined
}

/** Records to be deleted. */
export interface RecordDeletion extends TopicPartition {
  /** Records before it go; `high-watermark`: all that consumers can see. */
  readonly before: number | 'high-watermark'
}

/** A producer that a leader remembers. */
export interface ActiveProducer {
  readonly producerId: number
  readonly producerEpoch: number
  /** -1 where it is not known. */
  readonly lastSequence: number
  readonly lastTimestamp: number
  /** Undefined where the producer has no transactions. */
  readonly coordinatorEpoch: number | undefined
  /** Undefined where no transaction is open. */
  readonly currentTransactionStartOffset: number | undefined
}

/** Admin calls about records. */
export class RecordAdmin {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Offsets of places in logs; the results are by partition. Under `read_committed` the latest is the last stable one. */
  offsets(
    places: readonly PartitionPlace[],
    options: AdminCallOptions & {
      readonly isolationLevel?: 'read_committed' | 'read_uncommitted'
    } = {},
  ): Results<PartitionKey, ListedOffset> {
    const isReadCommitted = options.isolationLevel === 'read_committed'
    return this.#desk.run<PartitionPlace, PartitionKey, ListedOffset>(
      {
        items: places,
        keyOf: partitionKey,
        nameOf: partitionKey,
        route: toLeader(this.#desk.cluster, (place) => place),
        mayLag: true,
        ask: (link, part, { timeoutMs }) => listOffsets(link, part, { isReadCommitted, timeoutMs }),
      },
      options,
    )
  }

  /** Deletes records; the results are by partition: the log start offset from then on. OFFSET_OUT_OF_RANGE. */
  delete(
    deletions: readonly RecordDeletion[],
    options: AdminCallOptions = {},
  ): Results<PartitionKey, number> {
    return this.#desk.run<RecordDeletion, PartitionKey, number>(
      {
        items: deletions,
        keyOf: partitionKey,
        nameOf: partitionKey,
        route: toLeader(this.#desk.cluster, (deletion) => deletion),
        mayLag: true,
        ask: async (link, part, { timeoutMs }) => {
          const topics = byTopic(part).map(({ topic, items }) => ({
            name: topic,
            partitions: items.map(({ partition, before }) => {
              return {
                partitionIndex: partition,
                offset: before === 'high-watermark' ? -1 : before,
              }
            }),
          }))
          const answer = await link.send(DeleteRecords, { topics, timeoutMs })
          return new Map(
            answer.topics.flatMap(({ name, partitions }) => {
              return partitions.map((result) => {
                const key = partitionKey({ topic: name, partition: result.partitionIndex })
                return [key, outcomeOf(result, result.lowWatermark)] as const
              })
            }),
          )
        },
      },
      options,
    )
  }

  /** Producers that are active in partitions; the results are by partition. `brokerId` asks a replica instead of leaders. */
  producers(
    partitions: readonly TopicPartition[],
    options: AdminCallOptions & { readonly brokerId?: number } = {},
  ): Results<PartitionKey, readonly ActiveProducer[]> {
    const { cluster } = this.#desk
    const { brokerId } = options
    return this.#desk.run<TopicPartition, PartitionKey, readonly ActiveProducer[]>(
      {
        items: partitions,
        keyOf: partitionKey,
        nameOf: partitionKey,
        route:
          brokerId === undefined
            ? toLeader(cluster, (place) => place)
            : toBroker(cluster, () => brokerId),
        mayLag: true,
        ask: describeProducers,
      },
      options,
    )
  }
}

async function listOffsets(
  link: OpenLink,
  places: readonly PartitionPlace[],
  { isReadCommitted, timeoutMs }: { readonly isReadCommitted: boolean; readonly timeoutMs: number },
): Promise<Outcomes<PartitionKey, ListedOffset>> {
  const version = link.version(ListOffsets)
  const topics = byTopic(places).map(({ topic, items }) => ({
    name: topic,
    partitions: items.map(({ partition, at }) => {
      const timestamp = typeof at === 'string' ? specialTimestamps[at] : at.timestamp
      return { partitionIndex: partition, timestamp }
    }),
  }))
  const answer = await link.sendVersion(ListOffsets, version, {
    replicaId: -1,
    topics,
    ...(version >= 2 ? { isolationLevel: isReadCommitted ? 1 : 0 } : {}),
    ...(version >= 10 ? { timeoutMs } : {}),
  })
  return new Map(
    answer.topics.flatMap(({ name, partitions }) => {
      return partitions.map((result) => {
        const { partitionIndex: partition, offset, timestamp, leaderEpoch: epoch } = result
        const place = { topic: name, partition }
        const leaderEpoch = epoch < 0 ? undefined : epoch
        const listed: ListedOffset = { ...place, offset, timestamp, leaderEpoch }
        return [partitionKey(place), outcomeOf(result, listed)] as const
      })
    }),
  )
}

async function describeProducers(
  link: OpenLink,
  partitions: readonly TopicPartition[],
): Promise<Outcomes<PartitionKey, readonly ActiveProducer[]>> {
  const topics = byTopic(partitions).map(({ topic, items }) => {
    return { name: topic, partitionIndexes: items.map(({ partition }) => partition) }
  })
  const answer = await link.send(DescribeProducers, { topics })
  const known = (value: number): number | undefined => (value < 0 ? undefined : value)
  return new Map(
    answer.topics.flatMap(({ name, partitions }) => {
      return partitions.map((result) => {
        const producers = result.activeProducers.map((producer) => ({
          producerId: producer.producerId,
          producerEpoch: producer.producerEpoch,
          lastSequence: producer.lastSequence,
          lastTimestamp: producer.lastTimestamp,
          coordinatorEpoch: known(producer.coordinatorEpoch),
          currentTransactionStartOffset: known(producer.currentTxnStartOffset),
        }))
        const key = partitionKey({ topic: name, partition: result.partitionIndex })
        return [key, outcomeOf(result, producers)] as const
      })
    }),
  )
}
