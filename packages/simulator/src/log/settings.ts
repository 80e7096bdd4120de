// Settings of a simulated log, drawn at random: small segments and sparse indexes, so that everything happens often.

import type { LogDirectorySettings, LogSettings } from '@samsa/log'
import type { SeededRandom } from '@samsa/world/simulated'

const long = 2 ** 63

/** The settings of the topic of one story. */
export function topicSettings(random: SeededRandom): LogSettings {
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)] as T
  return {
    'cleanup.policy': pick([['delete'], ['delete'], ['compact'], ['compact', 'delete']]),
    'compression.type': 'producer',
    'compression.gzip.level': -1,
    'compression.lz4.level': 9,
    'compression.zstd.level': 3,
    'delete.retention.ms': pick([0, 1000, 86_400_000]),
    'file.delete.delay.ms': pick([0, 1000, 60_000]),
    'flush.messages': pick([1, 1, 7, long]),
    'flush.ms': pick([1000, long]),
    'index.interval.bytes': pick([0, 100, 1000, 4096]),
    'max.compaction.lag.ms': long,
    'max.message.bytes': 1_048_588,
    'message.timestamp.after.max.ms': 3_600_000,
    'message.timestamp.before.max.ms': long,
    'message.timestamp.type': pick(['CreateTime', 'CreateTime', 'LogAppendTime']),
    'min.cleanable.dirty.ratio': 0.01,
    'min.compaction.lag.ms': 0,
    'retention.bytes': pick([-1, 5000]),
    'retention.ms': pick([-1, 100_000]),
    'segment.bytes': 500 + random.below(3000),
    'segment.index.bytes': pick([48, 10_485_760]),
    'segment.jitter.ms': 0,
    'segment.ms': pick([60_000, 604_800_000]),
  }
}

/** The settings of the broker, drawn anew at every start. */
export function directorySettings(random: SeededRandom): LogDirectorySettings {
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)] as T
  return {
    'log.cleaner.backoff.ms': 15_000,
    'log.cleaner.dedupe.buffer.size': pick([4096, 1 << 20]),
    'log.cleaner.enable': true,
    'log.cleaner.io.buffer.load.factor': 0.9,
    'log.cleaner.io.max.bytes.per.second': Number.MAX_VALUE,
    'log.flush.offset.checkpoint.interval.ms': pick([500, 60_000]),
    'log.flush.scheduler.interval.ms': pick([100, long]),
    'log.flush.start.offset.checkpoint.interval.ms': 60_000,
    'log.retention.check.interval.ms': 300_000_000,
    'num.recovery.threads.per.data.dir': 2,
    'producer.id.expiration.check.interval.ms': 600_000_000,
    'producer.id.expiration.ms': 86_400_000_000,
    'replica.high.watermark.checkpoint.interval.ms': 5000,
    'tail.cache.bytes': pick([0, 64 << 20]),
    'transaction.partition.verification.enable': false,
  }
}
