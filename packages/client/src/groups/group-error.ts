// What the errors of a coordinator mean for a member. One table for all requests of both protocols.

import type { ErrorName } from '@samsa/protocol'

/**
 * - `again`: at once (KIP-394 gives a member id this way, a rebalance wants everybody to join again);
 * - `later`: after a pause;
 * - `find`: another broker coordinates the group, or none at the moment;
 * - `outdated`: the group went on without this member, which has lost its partitions but keeps its id;
 * - `unknown`: it has lost its id too;
 * - `fatal`: trying again cannot help.
 */
export type Meaning = 'again' | 'later' | 'find' | 'outdated' | 'unknown' | 'fatal'

const meanings: Partial<Record<ErrorName, Meaning>> = {
  MEMBER_ID_REQUIRED: 'again',
  REBALANCE_IN_PROGRESS: 'again',
  COORDINATOR_LOAD_IN_PROGRESS: 'later',
  UNSTABLE_OFFSET_COMMIT: 'later',
  UNKNOWN_TOPIC_OR_PARTITION: 'later',
  THROTTLING_QUOTA_EXCEEDED: 'later',
  NOT_COORDINATOR: 'find',
  COORDINATOR_NOT_AVAILABLE: 'find',
  REQUEST_TIMED_OUT: 'find',
  ILLEGAL_GENERATION: 'outdated',
  FENCED_MEMBER_EPOCH: 'outdated',
  UNKNOWN_MEMBER_ID: 'unknown',
}

/** What to do about an error of JoinGroup, SyncGroup, Heartbeat, ConsumerGroupHeartbeat, OffsetCommit or OffsetFetch. */
export function meaningOf(error: ErrorName): Meaning {
  return meanings[error] ?? 'fatal'
}
