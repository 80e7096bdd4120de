/**
 * What only consumers have.
 *
 * Invariant: names, types, defaults and ranges are those of Kafka's Java client.
 */
import { boolean, int, javaClass, list, oneOf, string, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const consumerOwnSettings = {
  'group.id': string(null, {
    importance: 'high',
    doc: 'The group whose members share the partitions.',
  }),
  'group.protocol': oneOf('classic', ['consumer', 'classic'], {
    anyCase: true,
    importance: 'high',
    doc:
      'How the group is kept: `classic`, where clients assign partitions, or `consumer` ' +
      '(KIP-848), where the broker does.',
  }),
  'group.instance.id': string(null, {
    nonEmpty: true,
    doc: 'Makes the member static: it may be away for a session timeout without a rebalance.',
  }),
  'group.remote.assignor': string(null, {
    doc:
      "The broker's assignor to use with `group.protocol=consumer`; unset leaves it to the " +
      'broker.',
  }),
  'client.rack': string('', {
    importance: 'low',
    doc: 'The rack or zone of this client, so that it may read from a replica near it.',
  }),
  'auto.offset.reset': string('latest', {
    form: {
      pattern: /^(latest|earliest|none|by_duration:P.+)$/,
      expected: 'latest, earliest, none or by_duration: and an ISO 8601 duration',
    },
    doc:
      'Where to start in a partition without a committed offset: `earliest`, `latest`, ' +
      '`none` (fail), or `by_duration:` and an ISO 8601 duration.',
  }),
  'enable.auto.commit': boolean(true, { doc: 'Whether offsets are committed by themselves.' }),
  'auto.commit.interval.ms': int(5000, {
    min: 0,
    importance: 'low',
    doc: 'How often offsets are committed by themselves.',
  }),
  'heartbeat.interval.ms': int(3000, {
    importance: 'high',
    doc: 'How often a member of a classic group sends a heartbeat.',
  }),
  'session.timeout.ms': int(45_000, {
    importance: 'high',
    doc: 'How long a member of a classic group may be silent before it is removed.',
  }),
  'max.poll.interval.ms': int(300_000, {
    min: 1,
    doc: 'How long a member may go without asking for records before it leaves its group.',
  }),
  'max.poll.records': int(500, { min: 1, doc: 'Most records returned at a time.' }),
  'fetch.min.bytes': int(1, {
    min: 0,
    importance: 'high',
    doc: 'Bytes a broker gathers before it answers, unless `fetch.max.wait.ms` passes first.',
  }),
  'fetch.max.wait.ms': int(500, {
    min: 0,
    importance: 'low',
    doc: 'Longest time a broker holds a fetch.',
  }),
  'fetch.max.bytes': int(52_428_800, {
    min: 0,
    doc: 'Bytes asked for in one fetch; a larger first batch is still returned whole.',
  }),
  'max.partition.fetch.bytes': int(1_048_576, {
    min: 0,
    importance: 'high',
    doc: 'Bytes asked for in one partition; a larger first batch is still returned whole.',
  }),
  'isolation.level': oneOf('read_uncommitted', ['read_committed', 'read_uncommitted'], {
    doc: 'Whether records of open or aborted transactions are read.',
  }),
  'check.crcs': boolean(true, {
    importance: 'low',
    doc: 'Whether the checksum of every batch is verified.',
  }),
  'allow.auto.create.topics': boolean(true, { doc: 'Whether subscribing may create a topic.' }),
  'exclude.internal.topics': boolean(true, {
    doc: "Whether a pattern leaves out the brokers' own topics.",
  }),
  'default.api.timeout.ms': int(60_000, {
    min: 0,
    doc: 'How long an operation may take that names no time of its own.',
  }),
  'partition.assignment.strategy': list(
    [
      'org.apache.kafka.clients.consumer.RangeAssignor',
      'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
    ],
    { doc: 'How the leader of a classic group assigns partitions, in order of preference.' },
  ),
  'share.acknowledgement.mode': oneOf('implicit', ['implicit', 'explicit'], {
    accepted: because.shareGroups,
    doc: 'Whether a share consumer acknowledges records by reading on.',
  }),
  'share.acquire.mode': oneOf('batch_optimized', ['batch_optimized', 'record_limit'], {
    anyCase: true,
    accepted: because.shareGroups,
    doc: 'Whether a share consumer takes whole batches.',
  }),
  'interceptor.classes': list([], {
    importance: 'low',
    accepted: because.javaClasses,
    doc: 'Java classes that see every record.',
  }),
  'key.deserializer': javaClass(null, {
    hasDefault: false,
    importance: 'high',
    accepted: because.javaSerdes,
    doc: 'Java class that turns bytes into keys.',
  }),
  'value.deserializer': javaClass(null, {
    hasDefault: false,
    importance: 'high',
    accepted: because.javaSerdes,
    doc: 'Java class that turns bytes into values.',
  }),
  'internal.throw.on.fetch.stable.offset.unsupported': boolean(false, {
    importance: 'low',
    internal: true,
    accepted: because.unstableVersions,
    doc: 'Whether a broker without stable offsets is an error.',
  }),
} satisfies SettingsTable
