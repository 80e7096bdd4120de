/**
 * KRaft: roles, the controller quorum and its metadata log.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { LONG_MAX, boolean, int, list, long, string, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const kraftSettings = {
  'process.roles': list([], {
    hasDefault: false,
    among: ['broker', 'controller'],
    importance: 'high',
    accepted: because.kraft,
    doc: 'Whether a KRaft process is a broker, a controller or both.',
  }),
  'controller.listener.names': list([], {
    hasDefault: false,
    importance: 'high',
    accepted: because.kraft,
    doc: 'Listeners of the KRaft controller.',
  }),
  'controller.quorum.voters': list([], {
    importance: 'high',
    accepted: because.kraft,
    doc: 'The fixed voters of the KRaft quorum, `id@host:port`.',
  }),
  'controller.quorum.bootstrap.servers': list([], {
    importance: 'high',
    accepted: because.kraft,
    doc: 'Addresses through which the KRaft quorum is found.',
  }),
  'controller.quorum.election.timeout.ms': int(1000, {
    min: 0,
    importance: 'high',
    accepted: because.kraft,
    doc: 'How long a voter waits without a leader before it starts an election.',
  }),
  'controller.quorum.fetch.timeout.ms': int(2000, {
    min: 0,
    importance: 'high',
    accepted: because.kraft,
    doc:
      'How long a voter waits for a successful fetch from the leader before it starts an ' +
      'election.',
  }),
  'controller.quorum.election.backoff.max.ms': int(1000, {
    min: 0,
    importance: 'high',
    accepted: because.kraft,
    doc: 'Longest pause between elections that did not succeed.',
  }),
  'controller.quorum.append.linger.ms': int(25, {
    min: 0,
    accepted: because.kraft,
    doc: 'How long the leader of the quorum gathers records before it writes them.',
  }),
  'controller.quorum.request.timeout.ms': int(2000, {
    min: 0,
    accepted: because.kraft,
    doc: 'How long a voter waits for an answer.',
  }),
  'controller.quorum.retry.backoff.ms': int(20, {
    min: 0,
    importance: 'low',
    accepted: because.kraft,
    doc: 'How long a voter waits before it repeats a failed request.',
  }),
  'controller.quorum.auto.join.enable': boolean(false, {
    importance: 'low',
    accepted: because.kraft,
    doc: 'Whether a controller adds itself to the voters.',
  }),
  'initial.broker.registration.timeout.ms': int(60_000, {
    accepted: because.kraft,
    doc: 'How long a starting broker tries to register with the controller quorum.',
  }),
  'broker.heartbeat.interval.ms': int(2000, {
    accepted: because.kraft,
    doc: 'How often brokers send heartbeats to the KRaft controller.',
  }),
  'broker.session.timeout.ms': int(9000, {
    accepted: because.kraft,
    doc:
      "How long the KRaft controller waits for a broker's heartbeat. With ZooKeeper this is " +
      '`zookeeper.session.timeout.ms`.',
  }),
  'sasl.mechanism.controller.protocol': string('GSSAPI', {
    importance: 'high',
    accepted: because.kraft,
    doc: 'SASL mechanism of the KRaft controllers.',
  }),
  'metadata.log.dir': string(null, {
    importance: 'high',
    accepted: because.kraft,
    doc: 'Directory of the KRaft metadata log; unset means the first log directory.',
  }),
  'metadata.log.segment.bytes': int(1_073_741_824, {
    min: 8_388_608,
    importance: 'high',
    accepted: because.kraft,
    doc: 'Segment size of the KRaft metadata log.',
  }),
  'metadata.log.segment.ms': long(604_800_000, {
    importance: 'high',
    accepted: because.kraft,
    doc: 'Age at which a segment of the KRaft metadata log is closed.',
  }),
  'metadata.max.retention.bytes': long(104_857_600, {
    importance: 'high',
    accepted: because.kraft,
    doc: 'Size of metadata log and snapshots at which old ones are deleted.',
  }),
  'metadata.max.retention.ms': long(604_800_000, {
    importance: 'high',
    accepted: because.kraft,
    doc: 'Age at which old metadata segments and snapshots are deleted.',
  }),
  'metadata.max.idle.interval.ms': int(500, {
    min: 0,
    importance: 'low',
    accepted: because.kraft,
    doc: 'How often an idle KRaft controller writes a no-op record.',
  }),
  'metadata.log.max.record.bytes.between.snapshots': long(20_971_520, {
    min: 1,
    importance: 'high',
    accepted: because.kraft,
    doc: 'Bytes of metadata records after which a snapshot is taken.',
  }),
  'metadata.log.max.snapshot.interval.ms': long(3_600_000, {
    min: 0,
    importance: 'high',
    accepted: because.kraft,
    doc: 'Longest time between two snapshots of the metadata.',
  }),
  'server.max.startup.time.ms': long(LONG_MAX, {
    min: 0,
    internal: true,
    accepted: because.kraft,
    doc: 'How long a KRaft server may take to start.',
  }),
  'controller.performance.sample.period.ms': long(60_000, {
    min: 100,
    internal: true,
    accepted: because.kraft,
    doc: 'How often the KRaft controller reports slow events.',
  }),
  'controller.performance.always.log.threshold.ms': long(2000, {
    min: 0,
    internal: true,
    accepted: because.kraft,
    doc: 'Events of the KRaft controller slower than this are always logged.',
  }),
  'internal.metadata.log.segment.bytes': int(null, {
    importance: 'low',
    internal: true,
    accepted: because.kraft,
    doc: 'Segment size of the KRaft metadata log, for tests.',
  }),
  'internal.metadata.max.batch.size.in.bytes': int(8_388_608, {
    importance: 'low',
    internal: true,
    accepted: because.kraft,
    doc: 'Largest batch of the KRaft metadata log, for tests.',
  }),
  'internal.metadata.max.fetch.size.in.bytes': int(8_388_608, {
    importance: 'low',
    internal: true,
    accepted: because.kraft,
    doc: 'Most bytes of a fetch of the KRaft metadata log, for tests.',
  }),
  'internal.metadata.delete.delay.millis': long(60_000, {
    importance: 'low',
    internal: true,
    accepted: because.kraft,
    doc: 'How long deleted files of the KRaft metadata log stay on disk, for tests.',
  }),
} satisfies SettingsTable
