/** AlterReplicaLogDirs, API key 34. */

import { api, array, int16, int32, string } from '../schema/index.ts'

/**
 * Moves replicas between the log directories of one broker; admin tools send it to that
 * broker.
 */
export const AlterReplicaLogDirs = api(
  34,
  'AlterReplicaLogDirs',
  { versions: [0, 2], flexible: 2 },
  {
    request: {
      dirs: array({
        path: string,
        topics: array({ name: string, partitions: array(int32) }),
      }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      results: array({
        topicName: string,
        partitions: array({ partitionIndex: int32, errorCode: int16.default(0) }),
      }),
    },
  },
)
