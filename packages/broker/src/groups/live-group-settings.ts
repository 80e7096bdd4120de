// GroupSettings on top of the broker's live settings: every read sees what is configured now.

import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'
import type { GroupSettings } from './group-settings.ts'

/** The settings of groups, read when asked for. */
export function liveGroupSettings(settings: BrokerSettingsView): GroupSettings {
  return {
    get minSessionTimeoutMs() {
      return settings.get('group.min.session.timeout.ms')
    },
    get maxSessionTimeoutMs() {
      return settings.get('group.max.session.timeout.ms')
    },
    get initialRebalanceDelayMs() {
      return settings.get('group.initial.rebalance.delay.ms')
    },
    get maxSize() {
      return settings.get('group.max.size')
    },
    get offsetMetadataMaxBytes() {
      return settings.get('offset.metadata.max.bytes')
    },
    get offsetsRetentionMs() {
      return settings.get('offsets.retention.minutes') * 60_000
    },
    get offsetsRetentionCheckIntervalMs() {
      return settings.get('offsets.retention.check.interval.ms')
    },
    get consumerSessionTimeoutMs() {
      return settings.get('group.consumer.session.timeout.ms')
    },
    get consumerHeartbeatIntervalMs() {
      return settings.get('group.consumer.heartbeat.interval.ms')
    },
    get consumerMaxSize() {
      return settings.get('group.consumer.max.size')
    },
    get consumerAssignors() {
      return settings.get('group.consumer.assignors')
    },
    get consumerMigrationPolicy() {
      return settings.get('group.consumer.migration.policy')
    },
    get consumerRegexRefreshIntervalMs() {
      return settings.get('group.consumer.regex.refresh.interval.ms')
    },
  }
}
