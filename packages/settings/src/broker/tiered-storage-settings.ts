/**
 * Tiered storage (KIP-405).
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { LONG_MAX, boolean, double, int, long, string, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const tieredStorageSettings = {
  'remote.log.storage.system.enable': boolean(false, {
    accepted: because.tieredStorage,
    doc: 'Whether segments may be moved to remote storage.',
  }),
  'remote.log.storage.manager.class.name': string(null, {
    nonEmpty: true,
    accepted: because.tieredStorage,
    doc: 'Java class that reads and writes remote storage.',
  }),
  'remote.log.storage.manager.class.path': string(null, {
    accepted: because.tieredStorage,
    doc: 'Where the remote storage plug-in is found.',
  }),
  'remote.log.storage.manager.impl.prefix': string('rsm.config.', {
    nonEmpty: true,
    accepted: because.tieredStorage,
    doc: 'Prefix of the settings handed to the remote storage plug-in.',
  }),
  'remote.log.metadata.manager.class.name': string(
    'org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager',
    {
      nonEmpty: true,
      accepted: because.tieredStorage,
      doc: 'Java class that remembers what is in remote storage.',
    },
  ),
  'remote.log.metadata.manager.class.path': string(null, {
    accepted: because.tieredStorage,
    doc: 'Where the remote metadata plug-in is found.',
  }),
  'remote.log.metadata.manager.impl.prefix': string('rlmm.config.', {
    nonEmpty: true,
    accepted: because.tieredStorage,
    doc: 'Prefix of the settings handed to the remote metadata plug-in.',
  }),
  'remote.log.metadata.manager.listener.name': string(null, {
    nonEmpty: true,
    accepted: because.tieredStorage,
    doc: 'Listener through which the remote metadata plug-in reaches the brokers.',
  }),
  'remote.log.metadata.custom.metadata.max.bytes': int(128, {
    min: 0,
    importance: 'low',
    accepted: because.tieredStorage,
    doc: 'Largest note that a storage plug-in may attach to a segment.',
  }),
  'remote.log.index.file.cache.total.size.bytes': long(1_073_741_824, {
    min: 1,
    importance: 'low',
    dynamic: 'cluster-wide',
    accepted: because.tieredStorage,
    doc: 'Disk space for indexes fetched from remote storage.',
  }),
  'remote.log.manager.thread.pool.size': int(2, {
    min: 1,
    accepted: because.tieredStorage,
    doc: 'Threads that move, expire and follow remote segments.',
  }),
  'remote.log.manager.copier.thread.pool.size': int(10, {
    min: 1,
    dynamic: 'cluster-wide',
    accepted: because.tieredStorage,
    doc: 'Threads that copy segments to remote storage.',
  }),
  'remote.log.manager.expiration.thread.pool.size': int(10, {
    min: 1,
    dynamic: 'cluster-wide',
    accepted: because.tieredStorage,
    doc: 'Threads that expire remote segments.',
  }),
  'remote.log.manager.follower.thread.pool.size': int(2, {
    min: 1,
    dynamic: 'cluster-wide',
    accepted: because.tieredStorage,
    doc: 'Threads that follow what the leader keeps in remote storage.',
  }),
  'remote.log.manager.task.interval.ms': long(30_000, {
    min: 1,
    importance: 'low',
    accepted: because.tieredStorage,
    doc: 'How often remote tasks run.',
  }),
  'remote.log.manager.task.retry.backoff.ms': long(500, {
    min: 1,
    importance: 'low',
    internal: true,
    accepted: because.tieredStorage,
    doc: 'First pause after a failed remote task.',
  }),
  'remote.log.manager.task.retry.backoff.max.ms': long(30_000, {
    min: 1,
    importance: 'low',
    internal: true,
    accepted: because.tieredStorage,
    doc: 'Longest pause after failed remote tasks.',
  }),
  'remote.log.manager.task.retry.jitter': double(0.2, {
    min: 0,
    max: 0.5,
    importance: 'low',
    internal: true,
    accepted: because.tieredStorage,
    doc: 'Random share added to those pauses.',
  }),
  'remote.log.reader.threads': int(10, {
    min: 1,
    dynamic: 'cluster-wide',
    accepted: because.tieredStorage,
    doc: 'Threads that read from remote storage.',
  }),
  'remote.log.reader.max.pending.tasks': int(100, {
    min: 1,
    accepted: because.tieredStorage,
    doc: 'Most remote reads that may wait.',
  }),
  'remote.log.manager.copy.max.bytes.per.second': long(LONG_MAX, {
    min: 1,
    dynamic: 'cluster-wide',
    accepted: because.tieredStorage,
    doc: 'Most bytes a second copied to remote storage.',
  }),
  'remote.log.manager.copy.quota.window.num': int(11, {
    min: 1,
    accepted: because.tieredStorage,
    doc: 'How many windows are kept for that limit.',
  }),
  'remote.log.manager.copy.quota.window.size.seconds': int(1, {
    min: 1,
    accepted: because.tieredStorage,
    doc: 'Length of each window for that limit.',
  }),
  'remote.log.manager.fetch.max.bytes.per.second': long(LONG_MAX, {
    min: 1,
    dynamic: 'cluster-wide',
    accepted: because.tieredStorage,
    doc: 'Most bytes a second read from remote storage.',
  }),
  'remote.log.manager.fetch.quota.window.num': int(11, {
    min: 1,
    accepted: because.tieredStorage,
    doc: 'How many windows are kept for that limit.',
  }),
  'remote.log.manager.fetch.quota.window.size.seconds': int(1, {
    min: 1,
    accepted: because.tieredStorage,
    doc: 'Length of each window for that limit.',
  }),
  'remote.fetch.max.wait.ms': int(500, {
    min: 1,
    dynamic: 'cluster-wide',
    accepted: because.tieredStorage,
    doc: 'Longest wait for remote storage before a fetch is answered.',
  }),
  'remote.list.offsets.request.timeout.ms': long(30_000, {
    min: 1,
    dynamic: 'cluster-wide',
    accepted: because.tieredStorage,
    doc: 'Longest wait for remote storage before ListOffsets is answered.',
  }),
  'log.local.retention.ms': long(-2, {
    min: -2,
    dynamic: 'cluster-wide',
    accepted: because.tieredStorage,
    doc:
      'How long segments stay on local disk after they are in remote storage; -2 means as ' +
      'long as `log.retention.ms`.',
  }),
  'log.local.retention.bytes': long(-2, {
    min: -2,
    dynamic: 'cluster-wide',
    accepted: because.tieredStorage,
    doc:
      'Bytes that stay on local disk after they are in remote storage; -2 means as many as ' +
      '`log.retention.bytes`.',
  }),
} satisfies SettingsTable
