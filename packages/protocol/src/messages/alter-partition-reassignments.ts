/** AlterPartitionReassignments, API key 45. */

import { api, array, bool, int16, int32, string } from '../schema/index.ts'

/** ? */
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
