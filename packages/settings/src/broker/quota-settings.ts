/**
 * How the use that quotas limit is measured.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { int, javaClass, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const quotaSettings = {
  'quota.window.num': int(11, {
    min: 1,
    importance: 'low',
    doc: 'How many windows of measurements are kept for client quotas.',
  }),
  'quota.window.size.seconds': int(1, {
    min: 1,
    importance: 'low',
    doc: 'Length of each window of measurements for client quotas.',
  }),
  'controller.quota.window.num': int(11, {
    min: 1,
    importance: 'low',
    doc: 'How many windows are kept for quotas on creating and deleting topics and partitions.',
  }),
  'controller.quota.window.size.seconds': int(1, {
    min: 1,
    importance: 'low',
    doc: 'Length of each window for quotas on creating and deleting topics and partitions.',
  }),
  'replication.quota.window.num': int(11, {
    min: 1,
    importance: 'low',
    accepted: because.replicationWindows,
    doc: 'How many windows of measurements are kept for replication throttles.',
  }),
  'replication.quota.window.size.seconds': int(1, {
    min: 1,
    importance: 'low',
    doc: 'Seconds of its rate that a replication throttle lets through at once after a pause.',
  }),
  'alter.log.dirs.replication.quota.window.num': int(11, {
    min: 1,
    importance: 'low',
    accepted: because.replicationWindows,
    doc: 'How many windows are kept for moving replicas between log directories.',
  }),
  'alter.log.dirs.replication.quota.window.size.seconds': int(1, {
    min: 1,
    importance: 'low',
    accepted: because.replicationWindows,
    doc: 'Length of each window for moving replicas between log directories.',
  }),
  'client.quota.callback.class': javaClass(null, {
    importance: 'low',
    accepted: because.javaClasses,
    doc: 'Java class that decides which quota applies to a client.',
  }),
} satisfies SettingsTable
