// GroupSettings on top of the broker's live settings: every read sees what is configured now.

import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'
import type { GroupSettings, MigrationPolicy } from './group-settings.ts'

/** The settings of groups, read when asked for. */
export function liveGroupSettings(settings: BrokerSettingsView): GroupSettings {
  const number = (name: string): number => Number(settings.get(name))
  return {
    get minSessionTimeoutMs() {
      return number('group.min.session.timeout.ms')
    },
    get maxSessionTimeoutMs() {
      return number('group.max.session.timeout.ms')
    },
    get initialRebalanceDelayMs() {
      return number('group.initial.rebalance.delay.ms')
    },
    get maxSize() {
      return number('group.max.size')
    },
    get offsetMetadataMaxBytes() {
      return number('offset.metadata.max.bytes')
    },
    get offsetsRetentionMs() {
      return number('offsets.retention.minutes') * 60_000
    },
    get offsetsRetentionCheckIntervalMs() {
      return number('offsets.retention.check.interval.ms')
    },
    get consumerSessionTimeoutMs() {
      return number('group.consumer.session.timeout.ms')
    },
    get consumerHeartbeatIntervalMs() {
      return number('group.consumer.heartbeat.interval.ms')
    },
    get consumerMaxSize() {
      return number('group.consumer.max.size')
    },
    get consumerAssignors() {
      return settings.get('group.consumer.assignors') as readonly string[]
    },
    get consumerMigrationPolicy() {
      return settings.get('group.consumer.migration.policy') as MigrationPolicy
    },
    get consumerRegexRefreshIntervalMs() {
      return number('group.consumer.regex.refresh.interval.ms')
    },
  }
}
