// One data directory served by both: Apache Kafka creates the topics, Samsa writes their logs, Kafka serves what Samsa
// wrote and appends to it, Samsa reads what Kafka left.

import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { LogDirectories } from '@samsa/log'
import { BatchWalk, readRecords } from '@samsa/protocol'
import { nodeWorld } from '@samsa/world/node'
import { Kafka, logLevel } from 'kafkajs'
import type { KafkaRelease } from '../kafka/artifacts.ts'
import { KafkaBroker } from '../kafka/broker.ts'
import type { Checks } from '../runner/suite.ts'
import { kafkaSettings } from './settings.ts'
import { writeLogs, type WrittenRecord, writtenTopics } from './written.ts'

// Snappy, lz4 and zstd need further packages in kafkajs; Kafka's own tool has read them before.
const served = ['rolled', 'transactional', 'compacted']

/** Runs the exchange in `directory`. */
export async function exchangeWithKafka(
  release: KafkaRelease,
  directory: string,
  checks: Checks,
  say: (line: string) => void,
): Promise<void> {
  const data = join(directory, 'data')
  const first = await KafkaBroker.start({ release, directory })
  await withAdmin(first.port, async (kafka) => {
    const admin = kafka.admin()
    await admin.connect()
    await admin.createTopics({
      topics: Object.entries(writtenTopics).map(([topic, settings]) => ({
        topic,
        numPartitions: 1,
        // Kafka 4 refuses segments as small as these; what is on disk it serves all the same.
        configEntries: Object.entries(settings)
          .filter(([name]) => name !== 'segment.bytes')
          .map(([name, value]) => ({ name, value: String(value) })),
      })),
    })
    await admin.disconnect()
  })
  await first.stop()

  const topicIds: Record<string, string> = {}
  for (const topic of Object.keys(writtenTopics)) {
    const text = readFileSync(join(data, `${topic}-0`, 'partition.metadata'), 'utf8')
    topicIds[topic] = /topic_id: (\S+)/.exec(text)?.[1] ?? ''
  }
  const samsa = join(directory, 'samsa')
  const written = await writeLogs(samsa, topicIds)
  for (const topic of Object.keys(writtenTopics)) {
    rmSync(join(data, `${topic}-0`), { recursive: true })
    cpSync(join(samsa, `${topic}-0`), join(data, `${topic}-0`), { recursive: true })
  }
  // Kafka must look for itself: its checkpoints are of the logs that were there before.
  for (const name of ['recovery-point-offset-checkpoint', 'replication-offset-checkpoint']) {
    rmSync(join(data, name), { force: true })
  }
  rmSync(join(data, '.kafka_cleanshutdown'), { force: true })
  say("Kafka starts on Samsa's logs")
  const second = await KafkaBroker.start({ release, directory })
  for (const topic of served) {
    const expected = topic === 'compacted' ? newest(written.get(topic) ?? []) : written.get(topic)
    const found = await consume(second.port, topic)
    const kept = topic === 'compacted' ? newest(found) : found
    const isSame = JSON.stringify(kept) === JSON.stringify(expected)
    checks.check(isSame, `${topic}: Kafka serves ${kept.length} records of ${expected?.length}`)
  }
  await withAdmin(second.port, async (kafka) => {
    const producer = kafka.producer({ idempotent: true })
    await producer.connect()
    const messages = [{ key: 'from', value: 'Kafka' }]
    await producer.send({ topic: 'rolled', messages })
    await producer.disconnect()
  })
  await second.stop()
  say("Samsa opens Kafka's directory")
  await readBack(data, written, checks)
}

async function withAdmin(port: number, action: (kafka: Kafka) => Promise<void>): Promise<void> {
  const kafka = new Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING })
  await action(kafka)
}

async function consume(port: number, topic: string): Promise<WrittenRecord[]> {
  const kafka = new Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const [end] = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const last = Number(end?.high) - 1
  const consumer = kafka.consumer({ groupId: `check-${topic}`, readUncommitted: false })
  const found: WrittenRecord[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachBatchAutoResolve: true,
        eachBatch: async ({ batch }) => {
          for (const { offset, key, value } of batch.messages) {
            found.push({ offset: Number(offset), key: String(key), value: String(value) })
          }
          if (Number(batch.lastOffset()) >= last) resolve()
        },
      })
      .catch(reject)
  })
  await consumer.disconnect()
  return found
}

/** The newest record of each key, in order of offsets. */
function newest(records: readonly WrittenRecord[]): WrittenRecord[] {
  const byKey = new Map(records.map((record) => [record.key, record]))
  return [...byKey.values()].sort((one, other) => one.offset - other.offset)
}

async function readBack(
  data: string,
  written: ReadonlyMap<string, readonly WrittenRecord[]>,
  checks: Checks,
): Promise<void> {
  const world = nodeWorld()
  const directories = await LogDirectories.open(world, kafkaSettings.broker, {
    directories: [data],
    brokerId: 1,
    topicSettings: (topic) => ({ ...kafkaSettings.topic, ...writtenTopics[topic] }),
  })
  for (const [topic, records] of written) {
    const log = directories.log(topic, 0)
    if (log === undefined) {
      checks.check(false, `${topic}: Samsa does not find the log that Kafka left`)
      continue
    }
    await log.load()
    const found = new Map<number, string>()
    for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
      const limits = { maxBytes: 1 << 20, minOneBatch: true, upTo: 'log-end' } as const
      const result = await log.read(offset, limits)
      const walk = new BatchWalk(Buffer.concat(result.chunks))
      while (walk.next()) {
        for (const record of readRecords(walk.batch).records) {
          found.set(record.offset, String(record.value))
        }
      }
      result.release()
      offset = result.nextOffset
    }
    const kept = topic === 'compacted' ? newest(records) : records
    const lost = kept.find((record) => found.get(record.offset) !== record.value)
    checks.check(lost === undefined, `${topic}: offset ${lost?.offset} is not what was written`)
    if (topic === 'rolled')
      checks.check([...found.values()].includes('Kafka'), 'Kafka’s record is lost')
  }
  await directories.close()
  await world.workers.close()
}
