// The settings that groups obey, by short names and read when needed: they may change while the broker runs.

import type { GroupOverrides } from '@samsa/settings'
import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'
import { type LiveSettings, liveSettings } from '../coordinators/live-settings.ts'

const names = {
  minSessionTimeoutMs: 'group.min.session.timeout.ms',
  maxSessionTimeoutMs: 'group.max.session.timeout.ms',
  initialRebalanceDelayMs: 'group.initial.rebalance.delay.ms',
  maxSize: 'group.max.size',
  offsetMetadataMaxBytes: 'offset.metadata.max.bytes',
  offsetsRetentionMinutes: 'offsets.retention.minutes',
  offsetsRetentionCheckIntervalMs: 'offsets.retention.check.interval.ms',
  consumerMaxSize: 'group.consumer.max.size',
  consumerAssignors: 'group.consumer.assignors',
  consumerMigrationPolicy: 'group.consumer.migration.policy',
  consumerRegexRefreshIntervalMs: 'group.consumer.regex.refresh.interval.ms',
} as const

/** What one consumer group goes by. Times in milliseconds. */
interface ConsumerGroupSettings {
  /** `consumer.session.timeout.ms`. */
  readonly sessionTimeoutMs: number
  /** `consumer.heartbeat.interval.ms`. */
  readonly heartbeatIntervalMs: number
  /** `consumer.assignment.interval.ms`: how long one assignment stands at least (KIP-1263). */
  readonly assignmentIntervalMs: number
}

/** What group coordination is configured with. */
export interface GroupSettings extends LiveSettings<typeof names> {
  /** A consumer group's own configs (resource GROUP), over the broker's settings. */
  ofConsumerGroup(groupId: string): ConsumerGroupSettings
}

/** The configs of a group that has some of its own, over the broker's; undefined for all others. */
export type GroupConfigs = (groupId: string) => GroupOverrides | undefined

/** The settings of groups on top of the broker's. */
export function liveGroupSettings(
  settings: BrokerSettingsView,
  configsOf: GroupConfigs,
): GroupSettings {
  const ofAll = liveSettings(settings, {
    sessionTimeoutMs: 'group.consumer.session.timeout.ms',
    heartbeatIntervalMs: 'group.consumer.heartbeat.interval.ms',
    assignmentIntervalMs: 'group.consumer.assignment.interval.ms',
  })
  const ofConsumerGroup = (groupId: string): ConsumerGroupSettings => {
    const own = configsOf(groupId)
    if (own === undefined) return ofAll
    return {
      sessionTimeoutMs: own['consumer.session.timeout.ms'],
      heartbeatIntervalMs: own['consumer.heartbeat.interval.ms'],
      assignmentIntervalMs: own['consumer.assignment.interval.ms'],
    }
  }
  return Object.assign(liveSettings(settings, names), { ofConsumerGroup })
}
