/**
 * Settings of Kafka 3.9 that Kafka 4 dropped; files of that age still say them.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import {
  LONG_MAX,
  boolean,
  int,
  long,
  password,
  short,
  string,
  type SettingsTable,
} from '../setting.ts'
import { because } from '../because.ts'

export const retiredSettings = {
  'broker.id.generation.enable': boolean(true, {
    accepted: because.brokerIds,
    doc: 'Whether a broker without an id takes the next free one from ZooKeeper.',
  }),
  'reserved.broker.max.id': int(1000, {
    min: 0,
    accepted: because.brokerIds,
    doc: 'Highest id that is given by hand; generated ones are above.',
  }),
  'metadata.log.segment.min.bytes': int(8_388_608, {
    min: 12,
    importance: 'high',
    internal: true,
    accepted: because.kraft,
    doc: 'Smallest segment size of the KRaft metadata log, for tests.',
  }),
  'zookeeper.metadata.migration.enable': boolean(false, {
    importance: 'high',
    accepted: because.kraft,
    doc: 'Whether metadata moves from ZooKeeper to KRaft.',
  }),
  'zookeeper.metadata.migration.min.batch.size': int(200, {
    min: 1,
    internal: true,
    accepted: because.kraft,
    doc: 'Records a batch when metadata moves from ZooKeeper to KRaft.',
  }),
  'eligible.leader.replicas.enable': boolean(false, {
    importance: 'high',
    accepted: because.kraft,
    doc: 'Whether the controller remembers replicas that left the in-sync set safely (KIP-966).',
  }),
  'control.plane.listener.name': string(null, {
    importance: 'high',
    accepted: because.controlPlane,
    doc: "A listener for the controller's requests alone.",
  }),
  'inter.broker.protocol.version': string('3.9-IV0', {
    accepted: because.brokerVersions,
    doc: 'The version brokers speak among themselves during a rolling upgrade.',
  }),
  'log.message.format.version': string('3.0-IV1', {
    accepted: because.recordFormat,
    doc: 'The oldest record format that consumers understand.',
  }),
  'log.message.downconversion.enable': boolean(true, {
    importance: 'low',
    dynamic: 'cluster-wide',
    accepted: because.recordFormat,
    doc: 'Whether records are converted down for old consumers.',
  }),
  'log.message.timestamp.difference.max.ms': long(LONG_MAX, {
    min: 0,
    dynamic: 'cluster-wide',
    accepted: because.timestampDifference,
    doc: "How far a producer's timestamp may be from the broker's clock, in either direction.",
  }),
  'offsets.commit.required.acks': short(-1, {
    importance: 'high',
    accepted: because.commitAcks,
    doc: 'How many replicas must have an offset commit before it is answered.',
  }),
  'group.coordinator.new.enable': boolean(false, {
    internal: true,
    accepted: because.oneCoordinator,
    doc: 'Whether Kafka uses its rewritten group coordinator.',
  }),
  'group.share.max.groups': short(10, {
    min: 1,
    max: 100,
    accepted: because.shareGroups,
    doc: 'Most share groups of the cluster.',
  }),
  'auto.include.jmx.reporter': boolean(true, {
    importance: 'low',
    accepted: because.javaClasses,
    doc: 'Whether metrics are always exported through JMX.',
  }),
  'delegation.token.master.key': password({
    accepted: because.delegationTokens,
    doc: 'The older name of `delegation.token.secret.key`.',
  }),
  'password.encoder.secret': password({
    accepted: because.passwordEncoder,
    doc: 'Secret that encrypts passwords among dynamic settings in ZooKeeper.',
  }),
  'password.encoder.old.secret': password({
    accepted: because.passwordEncoder,
    doc: 'The secret before the current one.',
  }),
  'password.encoder.keyfactory.algorithm': string(null, {
    importance: 'low',
    accepted: because.passwordEncoder,
    doc: 'How the encryption key is derived from the secret.',
  }),
  'password.encoder.cipher.algorithm': string('AES/CBC/PKCS5Padding', {
    importance: 'low',
    accepted: because.passwordEncoder,
    doc: 'How those passwords are encrypted.',
  }),
  'password.encoder.key.length': int(128, {
    min: 8,
    importance: 'low',
    accepted: because.passwordEncoder,
    doc: 'Length of the encryption key in bits.',
  }),
  'password.encoder.iterations': int(4096, {
    min: 1024,
    importance: 'low',
    accepted: because.passwordEncoder,
    doc: 'Rounds of the key derivation.',
  }),
} satisfies SettingsTable
