/** DeleteShareGroupState, API key 86. */

import { api, array, int16, int32, string, uuid } from '../schema/index.ts'

/**
 * Deletes the state of share partitions; the group coordinator sends it to the share
 * coordinator.
 */
export const DeleteShareGroupState = api(
  86,
  'DeleteShareGroupState',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      groupId: string,
      topics: array({
        topicId: uuid,
        partitions: array({ partition: int32 }),
      }),
    },
    response: {
      results: array({
        topicId: uuid,
        partitions: array({
          partition: int32,
          errorCode: int16.default(0),
          errorMessage: string.nullable().default(null),
        }),
      }),
    },
  },
)
