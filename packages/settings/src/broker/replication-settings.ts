/**
 * How followers copy from leaders, who may lead, and how brokers reach each other.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { boolean, int, long, oneOf, string, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const replicationSettings = {
  'default.replication.factor': int(1, {
    doc:
      'Replicas of a topic that is created without saying how many, also by ' +
      '`auto.create.topics.enable`.',
  }),
  'replica.lag.time.max.ms': long(30_000, {
    importance: 'high',
    doc:
      'A follower that has not caught up with the leader for this long leaves the in-sync ' +
      'replicas.',
  }),
  'replica.fetch.max.bytes': int(1_048_576, {
    min: 0,
    doc:
      'Bytes a follower asks for in one partition; a larger first batch is still returned ' +
      'whole.',
  }),
  'replica.fetch.response.max.bytes': int(10_485_760, {
    min: 0,
    doc:
      'Bytes a follower asks for in one fetch of all partitions; a larger first batch is ' +
      'still returned whole.',
  }),
  'replica.fetch.min.bytes': int(1, {
    importance: 'high',
    doc:
      'Bytes a leader gathers before it answers a follower, unless ' +
      '`replica.fetch.wait.max.ms` passes first.',
  }),
  'replica.fetch.wait.max.ms': int(500, {
    importance: 'high',
    doc:
      "Longest time a leader holds a follower's fetch; keep it below " +
      '`replica.lag.time.max.ms`, else quiet partitions lose replicas.',
  }),
  'replica.fetch.backoff.ms': int(1000, {
    min: 0,
    doc: 'How long a follower waits after a failed fetch.',
  }),
  'replica.socket.timeout.ms': int(30_000, {
    importance: 'high',
    doc:
      "How long a follower waits for its leader's answer; at least " +
      '`replica.fetch.wait.max.ms`.',
  }),
  'replica.high.watermark.checkpoint.interval.ms': long(5000, {
    importance: 'high',
    doc: 'How often the high watermarks are written to disk.',
  }),
  'controller.socket.timeout.ms': int(30_000, {
    doc:
      "How long the controller waits for a broker's answer, and a broker for the " +
      "controller's.",
  }),
  'auto.leader.rebalance.enable': boolean(true, {
    importance: 'high',
    doc: 'Whether leadership goes back to the preferred replicas by itself.',
  }),
  'leader.imbalance.check.interval.seconds': long(300, {
    min: 1,
    importance: 'high',
    doc: 'How often the controller looks for partitions not led by their preferred replica.',
  }),
  'unclean.leader.election.enable': boolean(false, {
    importance: 'high',
    dynamic: 'cluster-wide',
    doc:
      'Whether a replica that is not in sync may become leader when no other is left; ' +
      'records can be lost.',
  }),
  'inter.broker.listener.name': string(null, {
    doc:
      'The listener that brokers use among themselves. Unset, the one of ' +
      '`security.inter.broker.protocol`.',
  }),
  'security.inter.broker.protocol': oneOf(
    'PLAINTEXT',
    ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'],
    {
      doc:
        'The security protocol that brokers use among themselves, if ' +
        '`inter.broker.listener.name` is not set.',
    },
  ),
  'replica.socket.receive.buffer.bytes': int(65_536, {
    importance: 'high',
    accepted: because.tcpBuffers,
    doc: "Size of the operating system's receive buffer for connections to leaders.",
  }),
  'num.replica.fetchers': int(1, {
    min: 1,
    importance: 'high',
    dynamic: 'cluster-wide',
    doc:
      'Connections over which a broker copies from each leading broker; partitions are spread over them by the hash of ' +
      'their names.',
  }),
  'replica.selector.class': string(null, {
    doc:
      'Who picks the replica a consumer should read from. With ' +
      '`org.apache.kafka.common.replica.RackAwareReplicaSelector` it is one in the rack that ' +
      'the consumer names; otherwise the leader.',
  }),
  'fetch.purgatory.purge.interval.requests': int(1000, {
    accepted: because.purgatory,
    doc: 'How many finished fetches Kafka lets gather before it purges them.',
  }),
  'producer.purgatory.purge.interval.requests': int(1000, {
    accepted: because.purgatory,
    doc: 'How many finished produce requests Kafka lets gather before it purges them.',
  }),
  'delete.records.purgatory.purge.interval.requests': int(1, {
    accepted: because.purgatory,
    doc: 'How many finished DeleteRecords requests Kafka lets gather before it purges them.',
  }),
  'unclean.leader.election.interval.ms': long(300_000, {
    min: 1,
    internal: true,
    accepted: because.kraft,
    doc: 'How often a KRaft controller tries unclean elections.',
  }),
} satisfies SettingsTable
