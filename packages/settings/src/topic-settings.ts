/**
 * The settings of a topic. A row's `broker` names where its default comes from, in Kafka's order.
 *
 * Invariant: names, types, defaults, ranges and synonyms are Apache Kafka's.
 */
import {
  LONG_MAX,
  boolean,
  double,
  hours,
  int,
  list,
  long,
  minutes,
  oneOf,
  type Settings,
  type SettingsTable,
} from './setting.ts'
import { because } from './because.ts'

/** Kafka's form for one throttled replica. */
const throttledReplicas = {
  pattern: /^(\*|\d+:\d+)$/,
  expected:
    "the literal '*' or a list of replicas in the following format: " +
    '[partitionId]:[brokerId],[partitionId]:[brokerId],...',
}

export const topicSettings = {
  'cleanup.policy': list(['delete'], {
    among: ['compact', 'delete'],
    broker: 'log.cleanup.policy',
    doc:
      'What happens to old segments: `delete` by time and size, `compact` to the latest ' +
      'record of each key, or both.',
  }),
  'retention.ms': long(604_800_000, {
    min: -1,
    broker: ['log.retention.ms', minutes('log.retention.minutes'), hours('log.retention.hours')],
    doc: 'How long records are kept before their segment may be deleted; -1 keeps them for ever.',
  }),
  'retention.bytes': long(-1, {
    broker: 'log.retention.bytes',
    doc:
      "Size a partition's log may reach before its oldest segments are deleted; -1 is no " +
      'limit.',
  }),
  'segment.bytes': int(1_073_741_824, {
    min: 1_048_576,
    broker: 'log.segment.bytes',
    doc: 'Size at which the active segment is closed and a new one begun.',
  }),
  'segment.ms': long(604_800_000, {
    min: 1,
    broker: ['log.roll.ms', hours('log.roll.hours')],
    doc: 'Age at which the active segment is closed even if it is not full.',
  }),
  'segment.jitter.ms': long(0, {
    min: 0,
    broker: ['log.roll.jitter.ms', hours('log.roll.jitter.hours')],
    doc: 'Random time taken off the rolling age so that many logs do not roll at once.',
  }),
  'segment.index.bytes': int(10_485_760, {
    min: 4,
    broker: 'log.index.size.max.bytes',
    doc:
      'Size that an offset or time index of a segment may reach; a full index rolls the ' +
      'segment.',
  }),
  'index.interval.bytes': int(4096, {
    min: 0,
    broker: 'log.index.interval.bytes',
    doc: 'Bytes of records between two entries of the offset index.',
  }),
  'max.message.bytes': int(1_048_588, {
    min: 0,
    broker: 'message.max.bytes',
    doc: 'Largest record batch, after compression, that the topic accepts.',
  }),
  'min.insync.replicas': int(1, {
    min: 1,
    broker: 'min.insync.replicas',
    doc: 'In-sync replicas needed for a write with `acks=all`; with fewer, the write is refused.',
  }),
  'unclean.leader.election.enable': boolean(false, {
    broker: 'unclean.leader.election.enable',
    doc:
      'Whether a replica that is not in sync may become leader when no other is left; ' +
      'records can be lost.',
  }),
  'compression.type': oneOf(
    'producer',
    ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
    {
      broker: 'compression.type',
      doc:
        'How the broker stores batches: `producer` keeps what the producer chose, anything ' +
        'else is recompressed to it.',
    },
  ),
  'compression.gzip.level': int(-1, {
    min: 1,
    max: 9,
    besides: -1,
    broker: 'compression.gzip.level',
    doc: "The gzip level to use when `compression.type` is gzip; -1 is the library's own choice.",
  }),
  'compression.lz4.level': int(9, {
    min: 1,
    max: 17,
    broker: 'compression.lz4.level',
    doc: 'The lz4 level to use when `compression.type` is lz4.',
  }),
  'compression.zstd.level': int(3, {
    min: -131_072,
    max: 22,
    broker: 'compression.zstd.level',
    doc: 'The zstd level to use when `compression.type` is zstd.',
  }),
  'message.timestamp.type': oneOf('CreateTime', ['CreateTime', 'LogAppendTime'], {
    broker: 'log.message.timestamp.type',
    doc:
      "Whether a record's timestamp is the producer's (`CreateTime`) or the broker's at " +
      'arrival (`LogAppendTime`).',
  }),
  'message.timestamp.before.max.ms': long(LONG_MAX, {
    min: 0,
    broker: 'log.message.timestamp.before.max.ms',
    doc:
      "How far a producer's timestamp may lie before the broker's clock; older records are " +
      'refused. Only for `CreateTime`.',
  }),
  'message.timestamp.after.max.ms': long(3_600_000, {
    min: 0,
    broker: 'log.message.timestamp.after.max.ms',
    doc:
      "How far a producer's timestamp may lie after the broker's clock; later records are " +
      'refused. Only for `CreateTime`.',
  }),
  'delete.retention.ms': long(86_400_000, {
    min: 0,
    broker: 'log.cleaner.delete.retention.ms',
    doc:
      'How long tombstones of a compacted topic are kept, so that a consumer that reads from ' +
      'the start sees them.',
  }),
  'min.cleanable.dirty.ratio': double(0.5, {
    min: 0,
    max: 1,
    broker: 'log.cleaner.min.cleanable.ratio',
    doc:
      "Share of a log's bytes that must be new since the last cleaning before it is cleaned " +
      'again.',
  }),
  'min.compaction.lag.ms': long(0, {
    min: 0,
    broker: 'log.cleaner.min.compaction.lag.ms',
    doc: 'How long a record stays untouched by compaction after it was written.',
  }),
  'max.compaction.lag.ms': long(LONG_MAX, {
    min: 1,
    broker: 'log.cleaner.max.compaction.lag.ms',
    doc: 'How long a record may wait for compaction at most, whatever the ratio.',
  }),
  'file.delete.delay.ms': long(60_000, {
    min: 0,
    broker: 'log.segment.delete.delay.ms',
    doc:
      "How long a removed segment's files, renamed, stay on disk so that reads under way can " +
      'end.',
  }),
  'flush.messages': long(LONG_MAX, {
    min: 1,
    broker: 'log.flush.interval.messages',
    doc:
      'Records after which the log is forced to disk; 1 acknowledges nothing before it is on ' +
      'disk.',
  }),
  'flush.ms': long(LONG_MAX, {
    min: 0,
    broker: ['log.flush.interval.ms', 'log.flush.scheduler.interval.ms'],
    doc: 'Longest time a record may wait before its log is forced to disk.',
  }),
  preallocate: boolean(false, {
    broker: 'log.preallocate',
    accepted: because.preallocation,
    doc: "Whether a new segment's file takes its full size at once.",
  }),
  'leader.replication.throttled.replicas': list([], {
    form: throttledReplicas,
    doc:
      'Replicas whose leader limits what it sends them: `partition:broker`, separated by ' +
      'commas, or `*`.',
  }),
  'follower.replication.throttled.replicas': list([], {
    form: throttledReplicas,
    doc: 'Replicas that limit what they fetch: `partition:broker`, separated by commas, or `*`.',
  }),
  'remote.storage.enable': boolean(false, {
    accepted: because.tieredStorage,
    doc: "Whether the topic's segments move to remote storage.",
  }),
  'local.retention.ms': long(-2, {
    min: -2,
    broker: 'log.local.retention.ms',
    accepted: because.tieredStorage,
    doc:
      'How long segments stay on local disk after they are in remote storage; -2 means as ' +
      'long as `retention.ms`.',
  }),
  'local.retention.bytes': long(-2, {
    min: -2,
    broker: 'log.local.retention.bytes',
    accepted: because.tieredStorage,
    doc:
      'Bytes that stay on local disk after they are in remote storage; -2 means as many as ' +
      '`retention.bytes`.',
  }),
  'remote.log.copy.disable': boolean(false, {
    accepted: because.tieredStorage,
    doc: 'Whether the topic stops to copy segments to remote storage.',
  }),
  'remote.log.delete.on.disable': boolean(false, {
    accepted: because.tieredStorage,
    doc: 'Whether remote segments are deleted when remote storage is turned off.',
  }),
  'internal.segment.bytes': int(null, {
    internal: true,
    doc: 'Segment size without the lower bound of `segment.bytes`, which it replaces; for tests.',
  }),
} satisfies SettingsTable

/** A topic's parsed settings, keyed by Kafka's names. */
export type TopicSettings = Settings<typeof topicSettings>
