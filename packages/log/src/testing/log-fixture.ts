// Log directories for tests, in memory unless a disk is given, with Kafka's default settings unless others are.

import { BatchBuilder, type BatchOptions } from '@samsa/protocol'
import { createMetrics, type Disk, silentLogger, type World } from '@samsa/world'
import { inlineWorkers, memoryDisk, SeededRandom } from '@samsa/world/simulated'
import { LogDirectories } from '../directories/log-directories.ts'
import type { LogDirectorySettings, LogSettings } from '../log-settings.ts'
import type { PartitionLog } from '../partition-log.ts'
import { ManualClock } from './manual-clock.ts'

const long = 2 ** 63

/** Kafka's defaults of a topic. */
const topicDefaults: LogSettings = {
  'cleanup.policy': ['delete'],
  'compression.type': 'producer',
  'compression.gzip.level': -1,
  'compression.lz4.level': 9,
  'compression.zstd.level': 3,
  'delete.retention.ms': 86_400_000,
  'file.delete.delay.ms': 60_000,
  'flush.messages': long,
  'flush.ms': long,
  'index.interval.bytes': 4096,
  'max.compaction.lag.ms': long,
  'max.message.bytes': 1_048_588,
  'message.timestamp.after.max.ms': 3_600_000,
  'message.timestamp.before.max.ms': long,
  'message.timestamp.type': 'CreateTime',
  'min.cleanable.dirty.ratio': 0.5,
  'min.compaction.lag.ms': 0,
  'retention.bytes': -1,
  'retention.ms': 604_800_000,
  'segment.bytes': 1_073_741_824,
  'segment.index.bytes': 10_485_760,
  'segment.jitter.ms': 0,
  'segment.ms': 604_800_000,
}

/** Kafka's defaults of a broker. */
const directoryDefaults: LogDirectorySettings = {
  'log.cleaner.backoff.ms': 15_000,
  'log.cleaner.dedupe.buffer.size': 134_217_728,
  'log.cleaner.enable': true,
  'log.cleaner.io.buffer.load.factor': 0.9,
  'log.cleaner.io.max.bytes.per.second': Number.MAX_VALUE,
  'log.flush.offset.checkpoint.interval.ms': 60_000,
  'log.flush.scheduler.interval.ms': long,
  'log.flush.start.offset.checkpoint.interval.ms': 60_000,
  'log.retention.check.interval.ms': 300_000,
  'num.recovery.threads.per.data.dir': 2,
  'producer.id.expiration.check.interval.ms': 600_000,
  'producer.id.expiration.ms': 86_400_000,
  'replica.high.watermark.checkpoint.interval.ms': 5000,
  'tail.cache.bytes': 67_108_864,
  'transaction.partition.verification.enable': true,
}

/** 2026-09-21, where most tests live. */
export const startMs = 1_790_000_000_000

/** A world whose clock stands still unless the test moves it. */
export function fixtureWorld(disk: Disk = memoryDisk(), clock = new ManualClock(startMs)): World {
  return {
    clock,
    disk,
    random: new SeededRandom(1),
    logger: silentLogger,
    metrics: createMetrics(),
    network: {
      listen: () => Promise.reject(new Error('a log uses no network')),
      connect: () => Promise.reject(new Error('a log uses no network')),
    },
    workers: inlineWorkers(disk),
  }
}

/** Settings that differ from the defaults. */
export interface FixtureOptions {
  readonly topic?: Partial<LogSettings>
  readonly broker?: Partial<LogDirectorySettings>
  readonly directories?: readonly string[]
}

/** Opens the directory `/data` (or those given). */
export function openDirectories(
  world: World,
  options: FixtureOptions = {},
): Promise<LogDirectories> {
  return LogDirectories.open(
    world,
    { ...directoryDefaults, ...options.broker },
    {
      directories: options.directories ?? ['/data'],
      brokerId: 1,
      topicSettings: () => ({ ...topicDefaults, ...options.topic }),
    },
  )
}

const topicId = 'hMhOfsn3QrO9EGk80VnyFQ'

/** Creates or finds `orders-0`, loaded. */
export async function openLog(directories: LogDirectories): Promise<PartitionLog> {
  const log = directories.log('orders', 0) ?? (await directories.create('orders', 0, { topicId }))
  await log.load()
  return log
}

/** A batch of records `value 0`, `value 1`, … */
export function batchOf(
  values: readonly (string | null)[],
  options: BatchOptions & { readonly timestamp?: number; readonly key?: string } = {},
): Buffer {
  const { timestamp = startMs, key, ...rest } = options
  const builder = new BatchBuilder()
  for (const value of values) {
    const keyBytes = key === undefined ? null : Buffer.from(key)
    builder.append(timestamp, keyBytes, value === null ? null : Buffer.from(value))
  }
  return Buffer.from(builder.build(rest))
}
