/** AlterPartitionReassignments, API key 45. */

import { api, array, bool, int16, int32, string } from '../schema/index.ts'

/** Starts, changes or cancels the move of partitions to other replicas; admin tools send it. */
export const AlterPartitionReassignments = api(
  45,
  'AlterPartitionReassignments',
  { versions: [0, 1], flexible: 0 },
  {
    request: {
      timeoutMs: int32.default(60000),
      allowReplicationFactorChange: bool.since(1).default(true),
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          /** Null cancels a reassignment. */
          replicas: array(int32).nullable().default(null),
        }),
      }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      allowReplicationFactorChange: bool.since(1).default(true).ignorable(),
      errorCode: int16.default(0),
      errorMessage: string.nullable(),
      responses: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          errorCode: int16.default(0),
          errorMessage: string.nullable(),
        }),
      }),
    },
  },
)
