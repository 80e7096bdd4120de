/**
 * What can be set on a running broker only, never in a file: throttles that operators put on while
 * they move replicas. DescribeConfigs names them only when they are set.
 */
import { LONG_MAX, long, type SettingsTable } from '../setting.ts'

export const dynamicOnlySettings = {
  'leader.replication.throttled.rate': long(LONG_MAX, {
    min: 0,
    dynamic: 'cluster-wide',
    doc: 'Most bytes a second that this broker sends to followers of throttled replicas.',
  }),
  'follower.replication.throttled.rate': long(LONG_MAX, {
    min: 0,
    dynamic: 'cluster-wide',
    doc: 'Most bytes a second that this broker fetches for its own throttled replicas.',
  }),
  'replica.alter.log.dirs.io.max.bytes.per.second': long(LONG_MAX, {
    min: 0,
    dynamic: 'cluster-wide',
    doc: 'Most bytes a second copied when replicas move between log directories.',
  }),
} satisfies SettingsTable
