/** ? */

import { array, bytes, int32, int64, message, string } from '../schema/index.ts'

/** ? */
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

/** ? */
export const GroupMetadataValue = message(
  'GroupMetadataValue',
  { versions: [0, 4], flexible: 4, prefix: 'version' },
  {
    protocolType: string,
    generation: int32,
    protocol: string.nullable(),
    leader: string.nullable(),
    currentStateTimestamp: int64.since(2).default(-1).ignorable(),
    members: array(memberMetadata),
  },
)
