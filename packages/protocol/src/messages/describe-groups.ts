/** DescribeGroups, API key 15. */

import { api, array, bool, bytes, int16, int32, string } from '../schema/index.ts'

/** State and members of classic groups; admin tools ask the coordinator. */
export const DescribeGroups = api(
  15,
  'DescribeGroups',
  { versions: [0, 6], flexible: 5 },
  {
    request: {
      groups: array(string),
      includeAuthorizedOperations: bool.since(3),
    },
    response: {
      throttleTimeMs: int32.since(1).default(0).ignorable(),
      groups: array({
        /**
         * A group that does not exist is Dead and no error; from version 6 on it is
         * GROUP_ID_NOT_FOUND (KIP-1043).
         */
        errorCode: int16.default(0),
        errorMessage: string.nullable().since(6).default(null),
        groupId: string,
        groupState: string,
        protocolType: string,
        /** Name of the chosen protocol; empty while rebalancing. */
        protocolData: string,
        members: array({
          memberId: string,
          groupInstanceId: string.nullable().since(4).default(null).ignorable(),
          clientId: string,
          clientHost: string,
          memberMetadata: bytes,
          memberAssignment: bytes,
        }),
        authorizedOperations: int32.since(3).default(-2147483648),
      }),
    },
  },
)
