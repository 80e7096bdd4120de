/**
 * The broker itself: its identity, what it accepts, what it compresses, how it stops.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import {
  boolean,
  int,
  javaClass,
  list,
  long,
  oneOf,
  string,
  type SettingsTable,
} from '../setting.ts'
import { because } from '../because.ts'

export const serverSettings = {
  'broker.id': int(-1, {
    importance: 'high',
    doc:
      "This broker's number, unique in the cluster; it is written into `meta.properties` of " +
      'every log directory.',
  }),
  'node.id': int(-1, {
    hasDefault: false,
    min: -1,
    importance: 'high',
    doc:
      'The newer name of `broker.id`. If only one of the two is set, the other takes its ' +
      'value; Kafka has no default for it, here -1 means not set.',
  }),
  'broker.rack': string(null, {
    doc:
      'The rack or zone this broker stands in; replicas of a partition are spread over racks ' +
      'and consumers may read from their own.',
  }),
  'auto.create.topics.enable': boolean(true, {
    importance: 'high',
    doc: 'Whether a topic comes into being when a client first asks for its metadata.',
  }),
  'delete.topic.enable': boolean(true, {
    importance: 'high',
    doc: 'Whether topics may be deleted by clients.',
  }),
  'message.max.bytes': int(1_048_588, {
    min: 0,
    importance: 'high',
    dynamic: 'cluster-wide',
    doc:
      'Largest record batch, after compression, that the broker accepts; topics override it ' +
      'as `max.message.bytes`.',
  }),
  'compression.type': oneOf(
    'producer',
    ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
    {
      importance: 'high',
      dynamic: 'cluster-wide',
      doc:
        'How the broker stores batches: `producer` keeps what the producer chose, anything ' +
        'else is recompressed to it.',
    },
  ),
  'compression.gzip.level': int(-1, {
    min: 1,
    max: 9,
    besides: -1,
    dynamic: 'cluster-wide',
    doc:
      "The gzip level to use when the broker compresses with gzip; -1 is the library's own " +
      'choice.',
  }),
  'compression.lz4.level': int(9, {
    min: 1,
    max: 17,
    dynamic: 'cluster-wide',
    doc: 'The lz4 level to use when the broker compresses with lz4.',
  }),
  'compression.zstd.level': int(3, {
    min: -131_072,
    max: 22,
    dynamic: 'cluster-wide',
    doc: 'The zstd level to use when the broker compresses with zstd.',
  }),
  'request.timeout.ms': int(30_000, {
    importance: 'high',
    doc: "How long this broker waits for another broker's answer before it gives the request up.",
  }),
  'socket.connection.setup.timeout.ms': long(10_000, {
    doc:
      'How long a connection to another broker may take to be established; repeated failures ' +
      'double it up to the maximum.',
  }),
  'socket.connection.setup.timeout.max.ms': long(30_000, {
    doc:
      'The longest that a repeatedly failing connection to another broker may take to be ' +
      'established.',
  }),
  'controlled.shutdown.enable': boolean(true, {
    doc:
      'Whether a stopping broker first hands the leadership of its partitions to other ' +
      'in-sync replicas.',
  }),
  'max.incremental.fetch.session.cache.slots': int(1000, {
    min: 0,
    doc:
      'How many incremental fetch sessions (KIP-227) the broker keeps; the least useful one ' +
      'makes room for a new one.',
  }),
  'fetch.max.bytes': int(57_671_680, {
    min: 1024,
    doc:
      'Most bytes the broker returns to one fetch request; the first batch is always ' +
      'returned whole, however large.',
  }),
  'max.request.partition.size.limit': int(2000, {
    min: 1,
    doc: 'Most partitions that one DescribeTopicPartitions answer holds before it pages.',
  }),
  'num.io.threads': int(8, {
    min: 1,
    importance: 'high',
    dynamic: 'cluster-wide',
    accepted: because.threadCounts,
    doc: "Threads that Kafka's brokers use to handle requests, including disk work.",
  }),
  'background.threads': int(10, {
    min: 1,
    importance: 'high',
    dynamic: 'cluster-wide',
    accepted: because.threadCounts,
    doc: "Threads that Kafka's brokers use for background work.",
  }),
  'num.replica.alter.log.dirs.threads': int(null, {
    importance: 'high',
    accepted: because.threadCounts,
    doc:
      "Threads that Kafka's brokers use to move replicas between log directories; unset " +
      'means one a directory.',
  }),
  'config.providers': list([], {
    importance: 'low',
    dynamic: 'cluster-wide',
    accepted: because.configProviders,
    doc:
      'Names of plug-ins that replace `${provider:path:key}` in other settings by values ' +
      'kept elsewhere.',
  }),
  'create.topic.policy.class.name': javaClass(null, {
    importance: 'low',
    accepted: because.javaClasses,
    doc: 'Java class that may refuse the creation of a topic.',
  }),
  'alter.config.policy.class.name': javaClass(null, {
    importance: 'low',
    accepted: because.javaClasses,
    doc: 'Java class that may refuse changes of settings.',
  }),
  'early.start.listeners': list(null, {
    importance: 'high',
    accepted: because.kraft,
    doc: 'Listeners that Kafka opens before its authorizer has loaded.',
  }),
  'unstable.api.versions.enable': boolean(false, {
    importance: 'high',
    internal: true,
    accepted: because.unstableVersions,
    doc: 'Makes Kafka serve versions of its protocol that are still being designed.',
  }),
  'unstable.feature.versions.enable': boolean(false, {
    importance: 'high',
    internal: true,
    accepted: because.unstableVersions,
    doc: 'Makes Kafka allow feature levels that are still being designed.',
  }),
} satisfies SettingsTable
