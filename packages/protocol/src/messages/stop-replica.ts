/** StopReplica, API key 5. */

import { api, array, bool, int16, int32, int64, string } from '../schema/index.ts'

/**
 * Makes a broker stop replicating partitions, and delete them if told so; sent by the
 * controller in ZooKeeper mode.
 */
export const StopReplica = api(
  5,
  'StopReplica',
  { versions: [0, 4], flexible: 2 },
  {
    request: {
      controllerId: int32,
      isKRaftController: bool.since(4).default(false),
      controllerEpoch: int32,
      brokerEpoch: int64.since(1).default(-1).ignorable(),
      deletePartitions: bool.until(2),
      ungroupedPartitions: array({ topicName: string, partitionIndex: int32 }).until(0),
      topics: array({ name: string, partitionIndexes: array(int32) })
        .since(1)
        .until(2),
      topicStates: array({
        topicName: string,
        partitionStates: array({
          partitionIndex: int32,
          /** -2 where the topic is being deleted. */
          leaderEpoch: int32.default(-1),
          deletePartition: bool,
        }),
      }).since(3),
    },
    response: {
      errorCode: int16.default(0),
      partitionErrors: array({
        topicName: string,
        partitionIndex: int32,
        errorCode: int16.default(0),
      }),
    },
  },
)
