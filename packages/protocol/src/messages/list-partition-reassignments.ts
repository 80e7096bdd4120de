/** ListPartitionReassignments, API key 46. */

import { api, array, int16, int32, string } from '../schema/index.ts'

/** The reassignments in progress; admin tools ask. */
export const ListPartitionReassignments = api(
  46,
  'ListPartitionReassignments',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      timeoutMs: int32.default(60000),
      /** Null: all. */
      topics: array({ name: string, partitionIndexes: array(int32) })
        .nullable()
        .default(null),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable(),
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          replicas: array(int32),
          addingReplicas: array(int32),
          removingReplicas: array(int32),
        }),
      }),
    },
  },
)
