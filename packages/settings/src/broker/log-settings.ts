/**
 * Where logs lie, how they are cut into segments, flushed, kept and deleted.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { LONG_MAX, boolean, int, list, long, oneOf, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const logSettings = {
  'log.dirs': list(null, {
    importance: 'high',
    doc:
      "The directories that hold the logs, separated by commas; a partition's log lives " +
      'whole in one of them. Unset, `log.dir` is used.',
  }),
  'log.dir': list(['/tmp/kafka-logs'], {
    importance: 'high',
    doc: 'The directory that holds the logs if `log.dirs` is not set.',
  }),
  'num.partitions': int(1, {
    min: 1,
    doc: 'Partitions of a topic that is created without saying how many.',
  }),
  'log.segment.bytes': int(1_073_741_824, {
    min: 1_048_576,
    importance: 'high',
    dynamic: 'cluster-wide',
    doc: 'Size at which the active segment of a log is closed and a new one begun.',
  }),
  'log.roll.ms': long(null, {
    importance: 'high',
    dynamic: 'cluster-wide',
    doc:
      'Age at which the active segment is closed even if it is not full. Unset, ' +
      '`log.roll.hours` is used.',
  }),
  'log.roll.hours': int(168, {
    min: 1,
    importance: 'high',
    doc: 'Age in hours at which the active segment is closed, if `log.roll.ms` is not set.',
  }),
  'log.roll.jitter.ms': long(null, {
    importance: 'high',
    dynamic: 'cluster-wide',
    doc:
      'Random time taken off the rolling age so that many logs do not roll at once. Unset, ' +
      '`log.roll.jitter.hours` is used.',
  }),
  'log.roll.jitter.hours': int(0, {
    min: 0,
    importance: 'high',
    doc: 'Random time in hours taken off the rolling age, if `log.roll.jitter.ms` is not set.',
  }),
  'log.retention.ms': long(null, {
    importance: 'high',
    dynamic: 'cluster-wide',
    doc:
      'How long records are kept before their segment may be deleted; -1 keeps them for ' +
      'ever. Unset, `log.retention.minutes` is used.',
  }),
  'log.retention.minutes': int(null, {
    importance: 'high',
    doc:
      'How many minutes records are kept, if `log.retention.ms` is not set. Unset, ' +
      '`log.retention.hours` is used.',
  }),
  'log.retention.hours': int(168, {
    importance: 'high',
    doc:
      'How many hours records are kept, if neither `log.retention.ms` nor ' +
      '`log.retention.minutes` is set.',
  }),
  'log.retention.bytes': long(-1, {
    importance: 'high',
    dynamic: 'cluster-wide',
    doc:
      "Size a partition's log may reach before its oldest segments are deleted; -1 is no " +
      'limit. Time and size both apply.',
  }),
  'log.retention.check.interval.ms': long(300_000, {
    min: 1,
    doc: 'How often the broker looks for segments whose retention has ended.',
  }),
  'log.cleanup.policy': list(['delete'], {
    among: ['compact', 'delete'],
    dynamic: 'cluster-wide',
    doc:
      'What happens to old segments: `delete` by time and size, `compact` to the latest ' +
      'record of each key, or both.',
  }),
  'log.index.size.max.bytes': int(10_485_760, {
    min: 4,
    dynamic: 'cluster-wide',
    doc:
      'Size that an offset or time index of a segment may reach; a full index rolls the ' +
      'segment.',
  }),
  'log.index.interval.bytes': int(4096, {
    min: 0,
    dynamic: 'cluster-wide',
    doc: 'Bytes of records between two entries of the offset index.',
  }),
  'log.flush.interval.messages': long(LONG_MAX, {
    min: 1,
    importance: 'high',
    dynamic: 'cluster-wide',
    doc:
      'Records after which a log is forced to disk. The default leaves flushing to the ' +
      'operating system and durability to replication.',
  }),
  'log.flush.interval.ms': long(null, {
    importance: 'high',
    dynamic: 'cluster-wide',
    doc:
      'Longest time a record may wait before its log is forced to disk. Unset, ' +
      '`log.flush.scheduler.interval.ms` is used.',
  }),
  'log.flush.scheduler.interval.ms': long(LONG_MAX, {
    importance: 'high',
    doc: 'How often the broker looks for logs that have to be forced to disk.',
  }),
  'log.flush.offset.checkpoint.interval.ms': int(60_000, {
    min: 0,
    importance: 'high',
    doc: 'How often the recovery points are written, from which logs are checked after a crash.',
  }),
  'log.flush.start.offset.checkpoint.interval.ms': int(60_000, {
    min: 0,
    importance: 'high',
    doc: 'How often the log start offsets are written.',
  }),
  'log.segment.delete.delay.ms': long(60_000, {
    min: 0,
    importance: 'high',
    dynamic: 'cluster-wide',
    doc:
      "How long a removed segment's files, renamed, stay on disk so that reads under way can " +
      'end.',
  }),
  'log.preallocate': boolean(false, {
    accepted: because.preallocation,
    dynamic: 'cluster-wide',
    doc: "Whether a new segment's file takes its full size at once.",
  }),
  'num.recovery.threads.per.data.dir': int(2, {
    min: 1,
    importance: 'high',
    dynamic: 'cluster-wide',
    doc:
      'How many logs of one directory are recovered at the same time at start and flushed at ' +
      'the same time at stop.',
  }),
  'min.insync.replicas': int(1, {
    min: 1,
    importance: 'high',
    dynamic: 'cluster-wide',
    doc: 'In-sync replicas needed for a write with `acks=all`; with fewer, the write is refused.',
  }),
  'log.message.timestamp.type': oneOf('CreateTime', ['CreateTime', 'LogAppendTime'], {
    dynamic: 'cluster-wide',
    doc:
      "Whether a record's timestamp is the producer's (`CreateTime`) or the broker's at " +
      'arrival (`LogAppendTime`).',
  }),
  'log.message.timestamp.before.max.ms': long(LONG_MAX, {
    min: 0,
    dynamic: 'cluster-wide',
    doc:
      "How far a producer's timestamp may lie before the broker's clock; older records are " +
      'refused. Only for `CreateTime`.',
  }),
  'log.message.timestamp.after.max.ms': long(3_600_000, {
    min: 0,
    dynamic: 'cluster-wide',
    doc:
      "How far a producer's timestamp may lie after the broker's clock; later records are " +
      'refused. Only for `CreateTime`.',
  }),
  'log.initial.task.delay.ms': long(30_000, {
    min: 0,
    importance: 'low',
    internal: true,
    doc: 'How long after start the first retention, flush and checkpoint tasks wait; for tests.',
  }),
  'log.dir.failure.timeout.ms': long(30_000, {
    min: 1,
    importance: 'low',
    accepted: because.kraft,
    doc: 'How long a KRaft broker may fail to report a lost log directory before it stops.',
  }),
} satisfies SettingsTable
