/** ElectLeaders, API key 43. */

import { api, array, int16, int32, int8, string } from '../schema/index.ts'

/** ? */
export const ElectLeaders = api(
  43,
  'ElectLeaders',
  { versions: [0, 2], flexible: 2 },
  {
    request: {
      electionType: int8.since(1),
      topicPartitions: array({ topic: string, partitions: array(int32) }).nullable(),
      timeoutMs: int32.default(60000),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.since(1).default(0),
      replicaElectionResults: array({
        topic: string,
        partitionResult: array({
          partitionId: int32,
          errorCode: int16.default(0),
          errorMessage: string.nullable(),
        }),
      }),
    },
  },
)
