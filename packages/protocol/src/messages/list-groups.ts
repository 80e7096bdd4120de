/** ListGroups, API key 16. */

import { api, array, int16, int32, string } from '../schema/index.ts'

/** The groups that a broker coordinates; admin tools ask every broker. */
export const ListGroups = api(
  16,
  'ListGroups',
  { versions: [0, 5], flexible: 3 },
  {
    request: {
      /** Empty: all states. */
      statesFilter: array(string).since(4),
      /** Empty: all types (KIP-848). */
      typesFilter: array(string).since(5),
    },
    response: {
      throttleTimeMs: int32.since(1).default(0).ignorable(),
      errorCode: int16.default(0),
      groups: array({
        groupId: string,
        protocolType: string,
        groupState: string.since(4).ignorable(),
        groupType: string.since(5).ignorable(),
      }),
    },
  },
)
