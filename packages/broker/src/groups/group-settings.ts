// The settings that groups obey, by short names and read when needed: they may change while the broker runs.

/** What group coordination is configured with. Times in milliseconds. */
export interface GroupSettings {
  /** `group.min.session.timeout.ms` and `group.max.session.timeout.ms`, for classic groups. */
  readonly minSessionTimeoutMs: number
  readonly maxSessionTimeoutMs: number
  /** `group.initial.rebalance.delay.ms`: how long an empty group waits for more members. */
  readonly initialRebalanceDelayMs: number
  /** `group.max.size`. */
  readonly maxSize: number
  /** `offset.metadata.max.bytes`. */
  readonly offsetMetadataMaxBytes: number
  /** `offsets.retention.minutes`, in milliseconds. */
  readonly offsetsRetentionMs: number
  /** `offsets.retention.check.interval.ms`. */
  readonly offsetsRetentionCheckIntervalMs: number
  /** `group.consumer.session.timeout.ms`. */
  readonly consumerSessionTimeoutMs: number
  /** `group.consumer.heartbeat.interval.ms`. */
  readonly consumerHeartbeatIntervalMs: number
  /** `group.consumer.max.size`. */
  readonly consumerMaxSize: number
  /** `group.consumer.assignors`: names of ours, the first is the default. */
  readonly consumerAssignors: readonly string[]
  /** `group.consumer.migration.policy`. */
  readonly consumerMigrationPolicy: MigrationPolicy
  /** `group.consumer.regex.refresh.interval.ms`: how old the answer to a regular expression may be. */
  readonly consumerRegexRefreshIntervalMs: number
}

/** Which online conversions between classic and consumer groups are allowed. */
export type MigrationPolicy = 'disabled' | 'upgrade' | 'downgrade' | 'bidirectional'
