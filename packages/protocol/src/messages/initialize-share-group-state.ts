/** InitializeShareGroupState, API key 83. */

import { api, array, int16, int32, int64, string, uuid } from '../schema/index.ts'

/**
 * Creates the state of share partitions; the group coordinator sends it to the share
 * coordinator.
 */
export const InitializeShareGroupState = api(
  83,
  'InitializeShareGroupState',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      groupId: string,
      topics: array({
        topicId: uuid,
        partitions: array({ partition: int32, stateEpoch: int32, startOffset: int64 }),
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
