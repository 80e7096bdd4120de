/**
 * Classic groups, consumer groups (KIP-848) and the offsets both commit.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { INT_MAX, int, list, long, oneOf, short, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const groupSettings = {
  'group.coordinator.rebalance.protocols': list(['classic', 'consumer', 'streams'], {
    among: ['consumer', 'classic', 'share', 'streams'],
    doc: 'Which kinds of groups the coordinator serves.',
  }),
  'group.min.session.timeout.ms': int(6000, {
    doc: 'Shortest session timeout a member of a classic group may ask for.',
  }),
  'group.max.session.timeout.ms': int(1_800_000, {
    doc: 'Longest session timeout a member of a classic group may ask for.',
  }),
  'group.initial.rebalance.delay.ms': int(3000, {
    doc: 'How long an empty classic group waits for more members before its first rebalance.',
  }),
  'group.max.size': int(INT_MAX, { min: 1, doc: 'Most members of a classic group.' }),
  'group.consumer.session.timeout.ms': int(45_000, {
    min: 1,
    doc: 'How long a member of a consumer group (KIP-848) may be silent before it is removed.',
  }),
  'group.consumer.min.session.timeout.ms': int(45_000, {
    min: 1,
    doc: "Shortest session timeout that a consumer group's own setting may name.",
  }),
  'group.consumer.max.session.timeout.ms': int(60_000, {
    min: 1,
    doc: "Longest session timeout that a consumer group's own setting may name.",
  }),
  'group.consumer.heartbeat.interval.ms': int(5000, {
    min: 1,
    doc: 'How often members of consumer groups are told to send heartbeats.',
  }),
  'group.consumer.min.heartbeat.interval.ms': int(5000, {
    min: 1,
    doc: "Shortest heartbeat interval that a consumer group's own setting may name.",
  }),
  'group.consumer.max.heartbeat.interval.ms': int(15_000, {
    min: 1,
    doc: "Longest heartbeat interval that a consumer group's own setting may name.",
  }),
  'group.consumer.assignment.interval.ms': int(1000, {
    min: 0,
    doc:
      'How long after an assignment of a consumer group the next one is made at the earliest, so ' +
      'that members which come together are assigned together.',
  }),
  'group.consumer.min.assignment.interval.ms': int(0, {
    min: 0,
    doc: "Shortest assignment interval that a consumer group's own setting may name.",
  }),
  'group.consumer.max.assignment.interval.ms': int(15_000, {
    min: 0,
    doc: "Longest assignment interval that a consumer group's own setting may name.",
  }),
  'group.consumer.max.size': int(INT_MAX, { min: 1, doc: 'Most members of a consumer group.' }),
  'group.consumer.assignors': list(['uniform', 'range'], {
    doc:
      "The assignors of consumer groups on the broker's side, by name; the first is the " +
      'default.',
  }),
  'group.consumer.migration.policy': oneOf(
    'bidirectional',
    ['disabled', 'downgrade', 'upgrade', 'bidirectional'],
    {
      anyCase: true,
      doc:
        'Whether groups may change between the classic and the consumer protocol while they ' +
        'have members, and in which direction.',
    },
  ),
  'group.consumer.regex.refresh.interval.ms': int(600_000, {
    min: 10_000,
    internal: true,
    doc:
      "How often the topics matching consumer groups' regular expressions are looked up " +
      'again.',
  }),
  'offsets.topic.num.partitions': int(50, {
    min: 1,
    importance: 'high',
    doc: 'Partitions of `__consumer_offsets`. It must not change once the topic exists.',
  }),
  'offsets.topic.replication.factor': short(3, {
    min: 1,
    importance: 'high',
    doc: 'Replicas of `__consumer_offsets`; it is not created before so many brokers are there.',
  }),
  'offsets.topic.segment.bytes': int(104_857_600, {
    min: 1,
    importance: 'high',
    doc: 'Segment size of `__consumer_offsets`; small, so that compaction and loading are quick.',
  }),
  'offsets.topic.compression.codec': int(0, {
    importance: 'high',
    doc: 'Compression of `__consumer_offsets`: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.',
  }),
  'offsets.load.buffer.size': int(5_242_880, {
    min: 1,
    importance: 'high',
    doc:
      "Bytes read at a time when a group's offsets are loaded; a larger batch is still read " +
      'whole.',
  }),
  'offsets.retention.minutes': int(10_080, {
    min: 1,
    importance: 'high',
    doc:
      "How long offsets outlive their group's last member, or the last commit if there is no " +
      'group.',
  }),
  'offsets.retention.check.interval.ms': long(600_000, {
    min: 1,
    importance: 'high',
    doc: 'How often the coordinator looks for expired offsets.',
  }),
  'offsets.commit.timeout.ms': int(5000, {
    min: 1,
    importance: 'high',
    doc: 'How long an offset commit waits for the replicas of `__consumer_offsets`.',
  }),
  'offset.metadata.max.bytes': int(4096, {
    importance: 'high',
    doc: 'Longest text a consumer may store beside an offset.',
  }),
  'group.coordinator.append.linger.ms': int(-1, {
    min: -1,
    accepted: because.coordinatorLinger,
    doc:
      "How long Kafka's coordinator gathers writes to `__consumer_offsets` before it appends " +
      'them; -1 lets it choose.',
  }),
  'group.coordinator.background.threads': int(2, {
    min: 1,
    importance: 'high',
    accepted: because.threadCounts,
    doc: "Threads that Kafka's group coordinator uses for regular expressions and assignments.",
  }),
  'group.coordinator.threads': int(4, {
    min: 1,
    importance: 'high',
    accepted: because.threadCounts,
    doc: 'Threads that Kafka uses for its group coordinator.',
  }),
} satisfies SettingsTable
