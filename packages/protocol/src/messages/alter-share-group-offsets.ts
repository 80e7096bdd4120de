/** AlterShareGroupOffsets, API key 91. */

import { api, array, int16, int32, int64, string, uuid } from '../schema/index.ts'

/** Moves the start offsets of an empty share group; admin tools send it. */
export const AlterShareGroupOffsets = api(
  91,
  'AlterShareGroupOffsets',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      groupId: string,
      topics: array({
        topicName: string,
        partitions: array({ partitionIndex: int32, startOffset: int64 }),
      }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable().default(null),
      responses: array({
        topicName: string,
        topicId: uuid,
        partitions: array({
          partitionIndex: int32,
          errorCode: int16.default(0),
          errorMessage: string.nullable().default(null),
        }),
      }),
    },
  },
)
