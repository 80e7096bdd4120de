/** JoinGroup, API key 11. */

import { api, array, bool, bytes, int16, int32, string } from '../schema/index.ts'

/**
 * A member joins a classic group, or comes back for a rebalance; answered when all members
 * have come.
 */
export const JoinGroup = api(
  11,
  'JoinGroup',
  { versions: [0, 9], flexible: 6 },
  {
    request: {
      groupId: string,
      sessionTimeoutMs: int32,
      /** How long others wait for this member; version 0 uses the session timeout. */
      rebalanceTimeoutMs: int32.since(1).default(-1).ignorable(),
      /** Empty at first; then the one of the answer, also of MEMBER_ID_REQUIRED. */
      memberId: string,
      /** Set by static members (KIP-345). */
      groupInstanceId: string.nullable().since(5).default(null),
      protocolType: string,
      /** What the member can do, most wanted first; the group takes one that all have. */
      protocols: array({ name: string, metadata: bytes }),
      reason: string.nullable().since(8).default(null).ignorable(),
    },
    response: {
      throttleTimeMs: int32.since(2).default(0).ignorable(),
      /** MEMBER_ID_REQUIRED never below version 4. */
      errorCode: int16.default(0),
      generationId: int32.default(-1),
      protocolType: string.nullable().since(7).default(null).ignorable(),
      protocolName: string.nullable(7),
      leader: string,
      /** The leader is to keep the assignment that the coordinator has (KIP-814). */
      skipAssignment: bool.since(9).default(false),
      memberId: string,
      /** Only the leader gets them; others get none. */
      members: array({
        memberId: string,
        groupInstanceId: string.nullable().since(5).default(null).ignorable(),
        metadata: bytes,
      }),
    },
  },
)
