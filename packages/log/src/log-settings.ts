// The settings that a log obeys, by their Kafka names. Values of `@samsa/settings` fit as they are: a log reads the keys
// named here and no other.

/** Settings of one topic, as far as its logs are concerned. */
export interface LogSettings {
  readonly 'cleanup.policy': readonly string[]
  readonly 'compression.type': string
  readonly 'compression.gzip.level': number
  readonly 'compression.lz4.level': number
  readonly 'compression.zstd.level': number
  readonly 'delete.retention.ms': number
  readonly 'file.delete.delay.ms': number
  readonly 'flush.messages': number
  readonly 'flush.ms': number
  readonly 'index.interval.bytes': number
  readonly 'max.compaction.lag.ms': number
  readonly 'max.message.bytes': number
  readonly 'message.timestamp.after.max.ms': number
  readonly 'message.timestamp.before.max.ms': number
  readonly 'message.timestamp.type': string
  readonly 'min.cleanable.dirty.ratio': number
  readonly 'min.compaction.lag.ms': number
  readonly 'retention.bytes': number
  readonly 'retention.ms': number
  readonly 'segment.bytes': number
  readonly 'segment.index.bytes': number
  readonly 'segment.jitter.ms': number
  readonly 'segment.ms': number
}

/** Settings of the broker, as far as its log directories are concerned. */
export interface LogDirectorySettings {
  readonly 'log.cleaner.backoff.ms': number
  readonly 'log.cleaner.dedupe.buffer.size': number
  readonly 'log.cleaner.enable': boolean
  readonly 'log.cleaner.io.buffer.load.factor': number
  readonly 'log.cleaner.io.max.bytes.per.second': number
  readonly 'log.flush.offset.checkpoint.interval.ms': number
  readonly 'log.flush.scheduler.interval.ms': number
  readonly 'log.flush.start.offset.checkpoint.interval.ms': number
  readonly 'log.retention.check.interval.ms': number
  readonly 'num.recovery.threads.per.data.dir': number
  readonly 'producer.id.expiration.check.interval.ms': number
  readonly 'producer.id.expiration.ms': number
  readonly 'replica.high.watermark.checkpoint.interval.ms': number
  readonly 'tail.cache.bytes': number
  readonly 'transaction.partition.verification.enable': boolean
}
