/** ControlledShutdown, API key 7. */

import { api, array, int16, int32, int64, string } from '../schema/index.ts'

/**
 * A broker that is about to stop asks the controller to move its leaderships elsewhere
 * (ZooKeeper mode).
 */
export const ControlledShutdown = api(
  7,
  'ControlledShutdown',
  { versions: [0, 3], flexible: 3 },
  {
    request: {
      brokerId: int32,
      brokerEpoch: int64.since(2).default(-1).ignorable(),
    },
    response: {
      errorCode: int16.default(0),
      remainingPartitions: array({ topicName: string, partitionIndex: int32 }),
    },
  },
)
