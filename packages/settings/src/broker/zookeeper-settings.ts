/**
 * Clusters on ZooKeeper. Kafka 4 has none; names and defaults are those of Kafka 3.9.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { boolean, int, list, long, password, string, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const zooKeeperSettings = {
  'zookeeper.connect': string(null, {
    importance: 'high',
    doc:
      'The ZooKeeper ensemble that coordinates the cluster: `host:port`, separated by ' +
      'commas, and a path for the cluster after the last. Unset, the broker keeps its own ' +
      'metadata and stands alone.',
  }),
  'zookeeper.session.timeout.ms': int(18_000, {
    importance: 'high',
    doc:
      'How long ZooKeeper waits for this broker before it counts as dead and its partitions ' +
      'get new leaders.',
  }),
  'zookeeper.connection.timeout.ms': int(null, {
    importance: 'high',
    doc:
      'How long the first connection to ZooKeeper may take. Unset, as long as the session ' +
      'timeout.',
  }),
  'zookeeper.max.in.flight.requests': int(10, {
    min: 1,
    importance: 'high',
    doc: 'Most requests to ZooKeeper that wait for an answer at one time.',
  }),
  'zookeeper.set.acl': boolean(false, {
    importance: 'high',
    accepted: because.zooKeeperAcl,
    doc: "Whether the broker's nodes in ZooKeeper may be changed by brokers only.",
  }),
  'zookeeper.ssl.client.enable': boolean(false, {
    accepted: because.zooKeeperTls,
    doc: 'Whether the connection to ZooKeeper uses TLS.',
  }),
  'zookeeper.clientCnxnSocket': string(null, {
    accepted: because.javaClasses,
    doc: "Java class of ZooKeeper's connection.",
  }),
  'zookeeper.ssl.keystore.location': string(null, {
    accepted: because.zooKeeperTls,
    doc: 'File with the certificate and key shown to ZooKeeper.',
  }),
  'zookeeper.ssl.keystore.password': password({
    accepted: because.zooKeeperTls,
    doc: 'Password of that file.',
  }),
  'zookeeper.ssl.keystore.type': string(null, {
    accepted: because.zooKeeperTls,
    doc: 'Format of that file.',
  }),
  'zookeeper.ssl.truststore.location': string(null, {
    accepted: because.zooKeeperTls,
    doc: "File with the certificates that ZooKeeper's is checked against.",
  }),
  'zookeeper.ssl.truststore.password': password({
    accepted: because.zooKeeperTls,
    doc: 'Password of that file.',
  }),
  'zookeeper.ssl.truststore.type': string(null, {
    accepted: because.zooKeeperTls,
    doc: 'Format of that file.',
  }),
  'zookeeper.ssl.protocol': string('TLSv1.2', {
    importance: 'low',
    accepted: because.zooKeeperTls,
    doc: 'TLS version to negotiate with ZooKeeper.',
  }),
  'zookeeper.ssl.enabled.protocols': list(null, {
    importance: 'low',
    accepted: because.zooKeeperTls,
    doc: 'TLS versions allowed with ZooKeeper.',
  }),
  'zookeeper.ssl.cipher.suites': list(null, {
    importance: 'low',
    accepted: because.zooKeeperTls,
    doc: 'Cipher suites allowed with ZooKeeper.',
  }),
  'zookeeper.ssl.endpoint.identification.algorithm': string('HTTPS', {
    importance: 'low',
    accepted: because.zooKeeperTls,
    doc: "Whether ZooKeeper's host name is checked against its certificate.",
  }),
  'zookeeper.ssl.crl.enable': boolean(false, {
    importance: 'low',
    accepted: because.zooKeeperTls,
    doc: "Whether revocation lists are asked about ZooKeeper's certificate.",
  }),
  'zookeeper.ssl.ocsp.enable': boolean(false, {
    importance: 'low',
    accepted: because.zooKeeperTls,
    doc: "Whether OCSP is asked about ZooKeeper's certificate.",
  }),
  'controlled.shutdown.max.retries': int(3, {
    doc:
      'How often a stopping broker asks the controller again to move its leaderships, before ' +
      'it stops all the same.',
  }),
  'controlled.shutdown.retry.backoff.ms': long(5000, {
    doc: 'How long a stopping broker waits before it asks the controller again.',
  }),
  'leader.imbalance.per.broker.percentage': int(10, {
    importance: 'high',
    doc:
      'Share, in percent, of partitions not led by this broker though it is their preferred ' +
      'replica, above which leadership is moved back.',
  }),
} satisfies SettingsTable
