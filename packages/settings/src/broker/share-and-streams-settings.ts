/**
 * Share groups (KIP-932) and streams groups (KIP-1071), which Samsa does not serve.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { INT_MAX, boolean, int, list, short, string, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const shareAndStreamsSettings = {
  'group.share.enable': boolean(false, {
    internal: true,
    accepted: because.shareGroups,
    doc: 'Whether Kafka serves share groups outside the feature flag.',
  }),
  'group.share.session.timeout.ms': int(45_000, {
    min: 1,
    accepted: because.shareGroups,
    doc: 'How long a member of a share group may be silent before it is removed.',
  }),
  'group.share.min.session.timeout.ms': int(45_000, {
    min: 1,
    accepted: because.shareGroups,
    doc: "Shortest session timeout that a share group's own setting may name.",
  }),
  'group.share.max.session.timeout.ms': int(60_000, {
    min: 1,
    accepted: because.shareGroups,
    doc: "Longest session timeout that a share group's own setting may name.",
  }),
  'group.share.assignment.interval.ms': int(1000, {
    min: 0,
    accepted: because.shareGroups,
    doc: 'How long after an assignment of a share group the next one is made at the earliest.',
  }),
  'group.share.min.assignment.interval.ms': int(0, {
    min: 0,
    accepted: because.shareGroups,
    doc: "Shortest assignment interval that a share group's own setting may name.",
  }),
  'group.share.max.assignment.interval.ms': int(15_000, {
    min: 0,
    accepted: because.shareGroups,
    doc: "Longest assignment interval that a share group's own setting may name.",
  }),
  'group.share.heartbeat.interval.ms': int(5000, {
    min: 1,
    accepted: because.shareGroups,
    doc: 'How often members of share groups are told to send heartbeats.',
  }),
  'group.share.min.heartbeat.interval.ms': int(5000, {
    min: 1,
    accepted: because.shareGroups,
    doc: "Shortest heartbeat interval that a share group's own setting may name.",
  }),
  'group.share.max.heartbeat.interval.ms': int(15_000, {
    min: 1,
    accepted: because.shareGroups,
    doc: "Longest heartbeat interval that a share group's own setting may name.",
  }),
  'group.share.max.size': int(200, {
    min: 1,
    max: 1000,
    accepted: because.shareGroups,
    doc: 'Most members of a share group.',
  }),
  'group.share.assignors': list(['simple'], {
    accepted: because.shareGroups,
    doc: 'The assignors of share groups.',
  }),
  'group.share.initialize.retry.interval.ms': int(30_000, {
    min: 1,
    importance: 'low',
    internal: true,
    accepted: because.shareGroups,
    doc: "How often the coordinator retries to initialise a share group's partitions.",
  }),
  'group.share.delivery.count.limit': int(5, {
    min: 2,
    max: 10,
    accepted: because.shareGroups,
    doc: 'How often a record is delivered before it is given up.',
  }),
  'group.share.record.lock.duration.ms': int(30_000, {
    min: 1000,
    max: 3_600_000,
    accepted: because.shareGroups,
    doc: 'How long a record is locked for the consumer that acquired it.',
  }),
  'group.share.min.record.lock.duration.ms': int(15_000, {
    min: 1000,
    max: 30_000,
    accepted: because.shareGroups,
    doc: "Shortest lock that a share group's own setting may name.",
  }),
  'group.share.max.record.lock.duration.ms': int(60_000, {
    min: 30_000,
    max: 3_600_000,
    accepted: because.shareGroups,
    doc: "Longest lock that a share group's own setting may name.",
  }),
  'group.share.partition.max.record.locks': int(2000, {
    min: 100,
    max: 10_000,
    accepted: because.shareGroups,
    doc: 'Most records of a partition that may be in delivery.',
  }),
  'group.share.max.share.sessions': int(2000, {
    min: 1,
    accepted: because.shareGroups,
    doc: 'Most share sessions a broker keeps.',
  }),
  'group.share.persister.class.name': string(
    'org.apache.kafka.server.share.persister.DefaultStatePersister',
    {
      internal: true,
      accepted: because.shareGroups,
      doc: 'Java class that stores the state of share groups.',
    },
  ),
  'share.fetch.purgatory.purge.interval.requests': int(1000, {
    accepted: because.shareGroups,
    doc: 'How many finished share fetches Kafka lets gather before it purges them.',
  }),
  'share.coordinator.state.topic.num.partitions': int(50, {
    min: 1,
    importance: 'high',
    accepted: because.shareGroups,
    doc: 'Partitions of `__share_group_state`.',
  }),
  'share.coordinator.state.topic.replication.factor': short(3, {
    min: 1,
    importance: 'high',
    accepted: because.shareGroups,
    doc: 'Replicas of `__share_group_state`.',
  }),
  'share.coordinator.state.topic.min.isr': short(2, {
    min: 1,
    importance: 'high',
    accepted: because.shareGroups,
    doc: 'In-sync replicas needed to write `__share_group_state`.',
  }),
  'share.coordinator.state.topic.segment.bytes': int(104_857_600, {
    min: 1,
    importance: 'high',
    accepted: because.shareGroups,
    doc: 'Segment size of `__share_group_state`.',
  }),
  'share.coordinator.state.topic.compression.codec': int(0, {
    importance: 'high',
    accepted: because.shareGroups,
    doc: 'Compression of `__share_group_state`.',
  }),
  'share.coordinator.state.topic.prune.interval.ms': int(300_000, {
    min: 1,
    importance: 'low',
    internal: true,
    accepted: because.shareGroups,
    doc: 'How often superseded records of `__share_group_state` are deleted.',
  }),
  'share.coordinator.threads': int(1, {
    min: 1,
    accepted: because.shareGroups,
    doc: 'Threads of the share coordinator.',
  }),
  'share.coordinator.snapshot.update.records.per.snapshot': int(500, {
    min: 0,
    accepted: because.shareGroups,
    doc: "Update records between two snapshots of a share partition's state.",
  }),
  'share.coordinator.load.buffer.size': int(5_242_880, {
    min: 1,
    importance: 'high',
    accepted: because.shareGroups,
    doc: 'Bytes read at a time when share state is loaded.',
  }),
  'share.coordinator.append.linger.ms': int(-1, {
    min: -1,
    accepted: because.shareGroups,
    doc: 'How long the share coordinator gathers writes before it appends them.',
  }),
  'share.coordinator.write.timeout.ms': int(5000, {
    min: 1,
    importance: 'high',
    accepted: because.shareGroups,
    doc: 'How long a write of share state waits for its replicas.',
  }),
  'share.coordinator.cold.partition.snapshot.interval.ms': int(300_000, {
    min: 1,
    importance: 'low',
    internal: true,
    accepted: because.shareGroups,
    doc: 'How often partitions without traffic get a snapshot of their share state.',
  }),
  'group.streams.session.timeout.ms': int(45_000, {
    min: 1,
    accepted: because.streamsGroups,
    doc: 'How long a member of a streams group may be silent before it is removed.',
  }),
  'group.streams.min.session.timeout.ms': int(45_000, {
    min: 1,
    accepted: because.streamsGroups,
    doc: "Shortest session timeout that a streams group's own setting may name.",
  }),
  'group.streams.max.session.timeout.ms': int(60_000, {
    min: 1,
    accepted: because.streamsGroups,
    doc: "Longest session timeout that a streams group's own setting may name.",
  }),
  'group.streams.assignment.interval.ms': int(1000, {
    min: 0,
    accepted: because.streamsGroups,
    doc: 'How long after an assignment of a streams group the next one is made at the earliest.',
  }),
  'group.streams.min.assignment.interval.ms': int(0, {
    min: 0,
    accepted: because.streamsGroups,
    doc: "Shortest assignment interval that a streams group's own setting may name.",
  }),
  'group.streams.max.assignment.interval.ms': int(15_000, {
    min: 0,
    accepted: because.streamsGroups,
    doc: "Longest assignment interval that a streams group's own setting may name.",
  }),
  'group.streams.heartbeat.interval.ms': int(5000, {
    min: 1,
    accepted: because.streamsGroups,
    doc: 'How often members of streams groups are told to send heartbeats.',
  }),
  'group.streams.min.heartbeat.interval.ms': int(5000, {
    min: 1,
    accepted: because.streamsGroups,
    doc: "Shortest heartbeat interval that a streams group's own setting may name.",
  }),
  'group.streams.max.heartbeat.interval.ms': int(15_000, {
    min: 1,
    accepted: because.streamsGroups,
    doc: "Longest heartbeat interval that a streams group's own setting may name.",
  }),
  'group.streams.max.size': int(INT_MAX, {
    min: 1,
    accepted: because.streamsGroups,
    doc: 'Most members of a streams group.',
  }),
  'group.streams.num.standby.replicas': int(0, {
    min: 0,
    accepted: because.streamsGroups,
    doc: 'Standby replicas of each task of a streams group.',
  }),
  'group.streams.max.standby.replicas': int(2, {
    min: 0,
    accepted: because.streamsGroups,
    doc: "Most standby replicas that a streams group's own setting may name.",
  }),
  'group.streams.initial.rebalance.delay.ms': int(3000, {
    min: 0,
    accepted: because.streamsGroups,
    doc: 'How long a new streams group waits for more members before its first rebalance.',
  }),
} satisfies SettingsTable
