// Logs that Samsa writes: every codec, several segments, transactions, a compacted log; closed in order, as Kafka's tools
// and brokers find them.

import { join } from 'node:path'
import { LogDirectories, type LogSettings, type PartitionLog } from '@samsa/log'
import { BatchBuilder, type BatchOptions, buildTransactionMarker } from '@samsa/protocol'
import { nodeWorld } from '@samsa/world/node'
import { kafkaSettings } from './settings.ts'

/** The topics that are written, with the settings that differ from the defaults. */
export const writtenTopics: Readonly<Record<string, Partial<LogSettings>>> = {
  codecs: {},
  rolled: { 'segment.bytes': 4000, 'index.interval.bytes': 500 },
  transactional: { 'segment.bytes': 3000, 'index.interval.bytes': 300 },
  compacted: {
    'cleanup.policy': ['compact'],
    'segment.bytes': 3000,
    'index.interval.bytes': 300,
    'min.cleanable.dirty.ratio': 0.01,
  },
}

/** A record as a consumer should see it. */
export interface WrittenRecord {
  readonly offset: number
  readonly key: string
  readonly value: string
}

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
const startMs = 1_790_000_000_000

/**
 * Writes the topics into `directory`, each as partition 0 under its id. Resolves to what a reader of committed records
 * finds in each.
 */
export async function writeLogs(
  directory: string,
  topicIds: Readonly<Record<string, string>>,
): Promise<Map<string, WrittenRecord[]>> {
  const world = nodeWorld()
  const directories = await LogDirectories.open(
    world,
    { ...kafkaSettings.broker, 'transaction.partition.verification.enable': false },
    {
      directories: [directory],
      brokerId: 1,
      topicSettings: (topic) => ({ ...kafkaSettings.topic, ...writtenTopics[topic] }),
    },
  )
  const written = new Map<string, WrittenRecord[]>()
  for (const topic of Object.keys(writtenTopics)) {
    const topicId = topicIds[topic] ?? ''
    const log = await directories.create(topic, 0, { topicId })
    const writer = new Writer(log)
    if (topic === 'codecs') await writeCodecs(writer)
    else if (topic === 'rolled') await writeRolled(writer)
    else if (topic === 'transactional') await writeTransactions(writer)
    else await writeCompacted(writer, () => directories.compact())
    written.set(topic, writer.committed)
  }
  await directories.close()
  await world.workers.close()
  return written
}

async function writeCodecs(writer: Writer): Promise<void> {
  for (const compression of codecs) {
    for (let round = 0; round < 4; round += 1) await writer.write(20, { compression })
  }
}

async function writeRolled(writer: Writer): Promise<void> {
  for (let round = 0; round < 60; round += 1) {
    await writer.write(5, { producerId: 11, producerEpoch: 0, baseSequence: round * 5 })
  }
}

async function writeTransactions(writer: Writer): Promise<void> {
  for (let round = 0; round < 30; round += 1) {
    const producer = { producerId: 21, producerEpoch: round, isTransactional: true }
    await writer.write(3, { ...producer, baseSequence: 0 }, round % 3 === 1)
    await writer.write(2, {})
    await writer.end(round % 3 === 1 ? 'abort' : 'commit', 21, round + 1)
  }
}

async function writeCompacted(writer: Writer, compact: () => Promise<void>): Promise<void> {
  for (let round = 0; round < 100; round += 1) await writer.write(4, {}, false, round)
  writer.log.setHighWatermark(writer.log.logEndOffset)
  await writer.log.flush()
  await compact()
}

class Writer {
  readonly log: PartitionLog
  readonly committed: WrittenRecord[] = []
  #count = 0

  constructor(log: PartitionLog) {
    this.log = log
  }

  async write(
    count: number,
    options: BatchOptions,
    isAborted: boolean = false,
    round?: number,
  ): Promise<void> {
    const builder = new BatchBuilder()
    for (let i = 0; i < count; i += 1) {
      const key = round === undefined ? `key-${this.#count}` : `key-${(round * 7 + i) % 16}`
      const value = `value ${this.#count} ${'.'.repeat(this.#count % 50)}`
      builder.append(startMs + this.#count * 10, Buffer.from(key), Buffer.from(value), [
        { key: 'n', value: Buffer.from(String(this.#count)) },
      ])
      if (!isAborted) {
        this.committed.push({ offset: this.log.logEndOffset + i, key, value })
      }
      this.#count += 1
    }
    await this.log.appendAsLeader(builder.build(options), { leaderEpoch: 0 })
  }

  async end(type: 'abort' | 'commit', producerId: number, producerEpoch: number): Promise<void> {
    const timestamp = startMs + this.#count * 10
    const marker = { type, producerId, producerEpoch, coordinatorEpoch: 0, timestamp }
    await this.log.appendAsLeader(buildTransactionMarker(marker), {
      leaderEpoch: 0,
      origin: 'coordinator',
      transactionVersion: 2,
    })
  }
}

/** The path of a written topic's partition. */
export function partitionPath(directory: string, topic: string): string {
  return join(directory, `${topic}-0`)
}
