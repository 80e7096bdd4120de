/** DeleteGroups, API key 42. */

import { api, array, int16, int32, string } from '../schema/index.ts'

/** Deletes empty groups and their offsets; admin tools send it to the coordinator. */
export const DeleteGroups = api(
  42,
  'DeleteGroups',
  { versions: [0, 3], flexible: 2 },
  {
    request: {
      groupsNames: array(string),
    },
    response: {
      throttleTimeMs: int32.default(0),
      results: array({
        groupId: string,
        errorCode: int16.default(0),
        errorMessage: string.nullable().since(3).default(null).ignorable(),
      }),
    },
  },
)
