/** AssignReplicasToDirs, API key 73. */

import { api, array, int16, int32, int64, uuid } from '../schema/index.ts'

/** A broker tells the KRaft controller in which log directory each replica lies. */
export const AssignReplicasToDirs = api(
  73,
  'AssignReplicasToDirs',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      brokerId: int32,
      brokerEpoch: int64.default(-1),
      directories: array({
        id: uuid,
        topics: array({
          topicId: uuid,
          partitions: array({ partitionIndex: int32 }),
        }),
      }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      directories: array({
        id: uuid,
        topics: array({
          topicId: uuid,
          partitions: array({ partitionIndex: int32, errorCode: int16.default(0) }),
        }),
      }),
    },
  },
)
