/**
 * What one group may set for itself, over the broker's `group.` settings.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { int, oneOf, string, type Settings, type SettingsTable } from './setting.ts'
import { because } from './because.ts'

export const groupOverrideSettings = {
  'consumer.session.timeout.ms': int(45_000, {
    min: 1,
    broker: 'group.consumer.session.timeout.ms',
    doc: 'How long a member of this consumer group may be silent before it is removed.',
  }),
  'consumer.heartbeat.interval.ms': int(5000, {
    min: 1,
    broker: 'group.consumer.heartbeat.interval.ms',
    doc: 'How often members of this consumer group are told to send heartbeats.',
  }),
  'consumer.assignment.interval.ms': int(1000, {
    min: 0,
    broker: 'group.consumer.assignment.interval.ms',
    doc: 'How long after an assignment of this consumer group the next one is made at the earliest.',
  }),
  'share.session.timeout.ms': int(45_000, {
    min: 1,
    broker: 'group.share.session.timeout.ms',
    accepted: because.shareGroups,
    doc: 'How long a member of this share group may be silent before it is removed.',
  }),
  'share.assignment.interval.ms': int(1000, {
    min: 0,
    broker: 'group.share.assignment.interval.ms',
    accepted: because.shareGroups,
    doc: 'How long after an assignment of this share group the next one is made at the earliest.',
  }),
  'share.heartbeat.interval.ms': int(5000, {
    min: 1,
    broker: 'group.share.heartbeat.interval.ms',
    accepted: because.shareGroups,
    doc: 'How often members of this share group are told to send heartbeats.',
  }),
  'share.record.lock.duration.ms': int(30_000, {
    min: 1000,
    broker: 'group.share.record.lock.duration.ms',
    accepted: because.shareGroups,
    doc: 'How long a record is locked for the consumer that acquired it.',
  }),
  'share.auto.offset.reset': string('latest', {
    form: {
      pattern: /^(latest|earliest|by_duration:P.+)$/,
      expected: 'latest, earliest or by_duration: and an ISO 8601 duration',
    },
    accepted: because.shareGroups,
    doc: 'Where this share group starts in a partition it has no offset for.',
  }),
  'share.isolation.level': oneOf('read_uncommitted', ['read_committed', 'read_uncommitted'], {
    accepted: because.shareGroups,
    doc: 'Whether this share group reads records of open or aborted transactions.',
  }),
  'streams.session.timeout.ms': int(45_000, {
    min: 1,
    broker: 'group.streams.session.timeout.ms',
    accepted: because.streamsGroups,
    doc: 'How long a member of this streams group may be silent before it is removed.',
  }),
  'streams.assignment.interval.ms': int(1000, {
    min: 0,
    broker: 'group.streams.assignment.interval.ms',
    accepted: because.streamsGroups,
    doc: 'How long after an assignment of this streams group the next one is made at the earliest.',
  }),
  'streams.heartbeat.interval.ms': int(5000, {
    min: 1,
    broker: 'group.streams.heartbeat.interval.ms',
    accepted: because.streamsGroups,
    doc: 'How often members of this streams group are told to send heartbeats.',
  }),
  'streams.num.standby.replicas': int(0, {
    min: 0,
    broker: 'group.streams.num.standby.replicas',
    accepted: because.streamsGroups,
    doc: 'Standby replicas of each task of this streams group.',
  }),
  'streams.initial.rebalance.delay.ms': int(3000, {
    min: 0,
    broker: 'group.streams.initial.rebalance.delay.ms',
    accepted: because.streamsGroups,
    doc: 'How long this streams group waits for more members before its first rebalance.',
  }),
} satisfies SettingsTable

/** A group's parsed settings, keyed by Kafka's names. */
export type GroupOverrides = Settings<typeof groupOverrideSettings>
