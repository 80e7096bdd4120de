/** DeleteShareGroupOffsets, API key 92. */

import { api, array, int16, int32, string, uuid } from '../schema/index.ts'

/** Deletes the offsets of an empty share group; admin tools send it. */
export const DeleteShareGroupOffsets = api(
  92,
  'DeleteShareGroupOffsets',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      groupId: string,
      topics: array({ topicName: string }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable().default(null),
      responses: array({
        topicName: string,
        topicId: uuid,
        errorCode: int16.default(0),
        errorMessage: string.nullable().default(null),
      }),
    },
  },
)
