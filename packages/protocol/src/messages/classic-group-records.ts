/** Records of classic groups in `__consumer_offsets`. */

import { array, bytes, int32, int64, message, string } from '../schema/index.ts'

/** Key of a classic group. */
export const GroupMetadataKey = message(
  'GroupMetadataKey',
  { versions: [0, 0], prefix: 2 },
  { group: string },
)

const memberMetadata = {
  memberId: string,
  groupInstanceId: string.nullable().since(3).default(null).ignorable(),
  clientId: string,
  clientHost: string,
  rebalanceTimeout: int32.since(1).default(-1).ignorable(),
  sessionTimeout: int32,
  subscription: bytes,
  assignment: bytes,
}

/**
 * A classic group after a completed rebalance: generation, members, their subscriptions and
 * assignments.
 */
export const GroupMetadataValue = message(
  'GroupMetadataValue',
  { versions: [0, 4], flexible: 4, prefix: 'version' },
  {
    /** `consumer` for consumers, `connect` for Connect. */
    protocolType: string,
    generation: int32,
    protocol: string.nullable(),
    leader: string.nullable(),
    currentStateTimestamp: int64.since(2).default(-1).ignorable(),
    members: array(memberMetadata),
  },
)
