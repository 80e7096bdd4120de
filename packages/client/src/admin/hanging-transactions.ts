// Transactions that hang: open in a partition for longer than any may be, while their coordinator does not know them (any
// more). They hold up every reader of committed records, and nobody but an admin ends them (KIP-664).

import type { Desk } from './desk.ts'
import type { AdminCallOptions } from './errand.ts'
import type { TopicPartition } from './partition-key.ts'
import type { ActiveProducer, RecordAdmin } from './records.ts'
import { askMetadata } from './routes.ts'
import type { HangingTransaction, TransactionAdmin } from './transactions.ts'

/** Where to look. */
export interface HangingQuestion {
  /** Only partitions that have a replica on this broker. */
  readonly brokerId?: number
  readonly topics?: readonly string[]
  /** Longer than `transaction.max.timeout.ms` of the brokers; 15 minutes when absent. */
  readonly openLongerThanMs?: number
}

interface Suspect extends TopicPartition {
  readonly producer: ActiveProducer
  readonly startOffset: number
}

const defaultMinimumMs = 15 * 60_000

/** Finds hanging transactions. */
export async function findHanging(
  desk: Desk,
  {
    records,
    transactions,
  }: { readonly records: RecordAdmin; readonly transactions: TransactionAdmin },
  options: AdminCallOptions & HangingQuestion,
): Promise<HangingTransaction[]> {
  const suspects = await openForLong(desk, records, options)
  const producerIds = [...new Set(suspects.map(({ producer }) => producer.producerId))]
  if (producerIds.length === 0) return []
  const known = await transactions.list({ ...options, producerIds })
  const described = await transactions
    .describe(
      known.map(({ transactionalId }) => transactionalId),
      options,
    )
    .each()
  const isKnown = ({ topic, partition, producer }: Suspect): boolean => {
    return [...described.values()].some((transaction) => {
      if (transaction instanceof Error) return false
      const isSame = transaction.producerId === producer.producerId
      if (!isSame || transaction.state === 'Empty') return false
      return transaction.partitions.some((place) => {
        return place.topic === topic && place.partition === partition
      })
    })
  }
  return suspects
    .filter((suspect) => !isKnown(suspect))
    .map(({ topic, partition, producer, startOffset }) => ({
      topic,
      partition,
      producerId: producer.producerId,
      producerEpoch: producer.producerEpoch,
      coordinatorEpoch: producer.coordinatorEpoch ?? -1,
      startOffset,
      lastTimestamp: producer.lastTimestamp,
    }))
}

async function openForLong(
  desk: Desk,
  records: RecordAdmin,
  options: AdminCallOptions & HangingQuestion,
): Promise<Suspect[]> {
  const { cluster } = desk
  const { brokerId, topics, openLongerThanMs = defaultMinimumMs } = options
  const names = topics?.map((name) => ({ name })) ?? null
  const answer = await askMetadata(cluster, { topics: names }, desk.patience(options))
  const places = answer.topics.flatMap(({ name, partitions }) => {
    return partitions
      .filter(({ replicaNodes }) => brokerId === undefined || replicaNodes.includes(brokerId))
      .map(({ partitionIndex }) => ({ topic: name ?? '', partition: partitionIndex }))
  })
  const producers = await records.producers(places, {
    ...options,
    ...(brokerId === undefined ? {} : { brokerId }),
  })
  const latestMs = cluster.world.clock.now() - openLongerThanMs
  return places.flatMap((place) => {
    const active = producers.get(`${place.topic}-${place.partition}`) ?? []
    return active.flatMap((producer): Suspect[] => {
      const startOffset = producer.currentTransactionStartOffset
      const isOpen = startOffset !== undefined && producer.lastTimestamp <= latestMs
      return isOpen ? [{ ...place, producer, startOffset }] : []
    })
  })
}
