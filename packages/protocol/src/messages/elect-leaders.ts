/** ElectLeaders, API key 43. */

import { api, array, int16, int32, int8, string } from '../schema/index.ts'

/** Elects leaders for partitions, the preferred or an unclean one; admin tools send it. */
export const ElectLeaders = api(
  43,
  'ElectLeaders',
  { versions: [0, 2], flexible: 2 },
  {
    request: {
      /** 0: preferred, 1: unclean. Version 0 knows preferred only. */
      electionType: int8.since(1),
      /** Null: all. */
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
