// All that a partition shows to those who ask: the same questions for a log of ours and for a broker of Apache Kafka.

import type { PartitionLog } from '@samsa/log'
import {
  type Api,
  DescribeProducers,
  Fetch,
  KafkaError,
  ListOffsets,
  OffsetForLeaderEpoch,
} from '@samsa/protocol'
import type { WireClient } from '../wire/wire-client.ts'
import { byId } from './expected-producers.ts'
import {
  batchesOf,
  deliveredOffsets,
  type ReadBatch,
  readAll,
  type WholeRead,
} from './samsa-logs.ts'
import { plainRecords } from './segment-cases.ts'

/** The answers, as plain values. */
export interface PartitionView {
  readonly logStartOffset: number
  readonly logEndOffset: number
  readonly lastStableOffset: number
  readonly records: readonly unknown[]
  /** Offsets, sizes, epochs and producers of all batches. */
  readonly batches: readonly unknown[]
  /** What read_committed consumers are given. */
  readonly committed: readonly number[]
  readonly maxTimestamp: unknown
  readonly times: readonly unknown[]
  readonly epochEnds: readonly unknown[]
  readonly producers: readonly unknown[]
}

/** What is asked: times to search for, and epochs whose ends are wanted. */
export interface Questions {
  readonly times: readonly number[]
  readonly epochs: readonly number[]
}

/** Questions that make sense for a log: some of its times, all of its epochs. */
export async function questionsFor(log: PartitionLog): Promise<Questions> {
  const { batches } = await readAll(log, log.logStartOffset, { upTo: 'log-end', maxBytes: 1 << 20 })
  const times = batches.flatMap((batch) => batch.records.map((record) => record.timestamp))
  const step = Math.max(1, Math.floor(times.length / 12))
  const some = times.filter((_, i) => i % step === 0)
  const largest = Math.max(...times)
  const latest = log.latestEpoch ?? 0
  return {
    times: [...some, ...some.map((time) => time + 1), largest, largest + 1, 0],
    epochs: Array.from({ length: latest + 1 }, (_, epoch) => epoch),
  }
}

/** The answers of a log of ours, whose records all count as committed to the replicas. */
export async function viewOfSamsa(
  log: PartitionLog,
  { times, epochs }: Questions,
): Promise<PartitionView> {
  log.setHighWatermark(log.logEndOffset)
  const start = log.logStartOffset
  const all = await readAll(log, start, { upTo: 'high-watermark', maxBytes: 5000 })
  const committed = await readAll(log, start, { upTo: 'last-stable', maxBytes: 5000 })
  const found: unknown[] = []
  for (const time of times) found.push((await log.offsetForTimestamp(time)) ?? null)
  return {
    logStartOffset: start,
    logEndOffset: log.logEndOffset,
    lastStableOffset: log.lastStableOffset,
    ...contentOf(all, committed, start),
    maxTimestamp: (await log.maxTimestampOffset()) ?? null,
    times: found,
    epochEnds: epochs.map((epoch) => log.endOffsetForEpoch(epoch)),
    producers: byId(
      log.producers().map(({ currentTransactionStartOffset, ...producer }) => ({
        ...producer,
        currentTxnStartOffset: currentTransactionStartOffset,
      })),
    ),
  }
}

/** The answers of a broker. */
export async function viewOfKafka(
  client: WireClient,
  topic: string,
  { times, epochs }: Questions,
): Promise<PartitionView> {
  const { offset: start } = await listOffset(client, topic, -2)
  const all = await fetchAll(client, topic, { start, isolationLevel: 0 })
  const committed = await fetchAll(client, topic, { start, isolationLevel: 1 })
  const found: unknown[] = []
  for (const time of times) found.push(foundOrNull(await listOffset(client, topic, time)))
  const epochEnds: unknown[] = []
  for (const epoch of epochs) epochEnds.push(await epochEnd(client, topic, epoch))
  return {
    logStartOffset: start,
    logEndOffset: (await listOffset(client, topic, -1)).offset,
    lastStableOffset: (await listOffset(client, topic, -1, 1)).offset,
    ...contentOf(all, committed, start),
    maxTimestamp: foundOrNull(await listOffset(client, topic, -3)),
    times: found,
    epochEnds,
    producers: await producersOf(client, topic),
  }
}

function contentOf(
  all: WholeRead,
  committed: WholeRead,
  start: number,
): Pick<PartitionView, 'records' | 'batches' | 'committed'> {
  const headerOf = (batch: ReadBatch): unknown => ({ ...batch, records: batch.records.length })
  return {
    records: plainRecords(all.batches),
    batches: all.batches.map(headerOf),
    committed: deliveredOffsets(committed, start),
  }
}

/** Sends a request and gives the answer its type. */
export async function ask<A extends Api>(
  client: WireClient,
  api: A,
  version: number,
  body: unknown,
): Promise<ReturnType<A['response']['decode']>> {
  return (await client.ask(api, version, body)) as ReturnType<A['response']['decode']>
}

function checked<T extends { readonly errorCode: number }>(partition: T | undefined): T {
  if (partition === undefined) throw new Error('the answer lacks the partition')
  if (partition.errorCode !== 0) throw KafkaError.of(partition.errorCode)
  return partition
}

interface FoundOffset {
  readonly offset: number
  readonly timestamp: number
  readonly leaderEpoch: number
}

async function listOffset(
  client: WireClient,
  name: string,
  timestamp: number,
  isolationLevel = 0,
): Promise<FoundOffset> {
  const answer = await ask(client, ListOffsets, 7, {
    replicaId: -1,
    isolationLevel,
    topics: [{ name, partitions: [{ partitionIndex: 0, timestamp }] }],
  })
  const { offset, timestamp: found, leaderEpoch } = checked(answer.topics[0]?.partitions[0])
  return { offset, timestamp: found, leaderEpoch }
}

function foundOrNull(found: FoundOffset): FoundOffset | null {
  return found.offset < 0 ? null : found
}

/** Reads a partition from `start` to its end. */
async function fetchAll(
  client: WireClient,
  topic: string,
  { start, isolationLevel }: { readonly start: number; readonly isolationLevel: number },
): Promise<WholeRead> {
  const batches: ReadBatch[] = []
  const aborted = new Map<string, { producerId: number; firstOffset: number }>()
  for (let fetchOffset = start; ; ) {
    const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 20_000 }]
    const answer = await ask(client, Fetch, 12, {
      maxWaitMs: 0,
      minBytes: 0,
      isolationLevel,
      topics: [{ topic, partitions }],
      forgottenTopicsData: [],
    })
    const partition = checked(answer.responses[0]?.partitions[0])
    for (const { producerId, firstOffset } of partition.abortedTransactions ?? []) {
      aborted.set(`${producerId} ${firstOffset}`, { producerId, firstOffset })
    }
    const read = batchesOf(partition.records ?? Buffer.alloc(0))
    const last = read.at(-1)
    if (last === undefined) return { batches, aborted: [...aborted.values()] }
    batches.push(...read)
    fetchOffset = last.lastOffset + 1
  }
}

async function epochEnd(client: WireClient, topic: string, leaderEpoch: number): Promise<unknown> {
  const answer = await ask(client, OffsetForLeaderEpoch, 4, {
    replicaId: -1,
    topics: [{ topic, partitions: [{ partition: 0, leaderEpoch }] }],
  })
  const { leaderEpoch: epoch, endOffset } = checked(answer.topics[0]?.partitions[0])
  return { epoch, endOffset }
}

async function producersOf(client: WireClient, name: string): Promise<unknown[]> {
  const topics = [{ name, partitionIndexes: [0] }]
  const answer = await ask(client, DescribeProducers, 0, { topics })
  return byId(checked(answer.topics[0]?.partitions[0]).activeProducers)
}
