/** LeaderAndIsr, API key 4. */

import { api, array, bool, int16, int32, int64, int8, string, uuid } from '../schema/index.ts'

const leaderAndIsrPartitionState = {
  topicName: string.until(1).ignorable(),
  partitionIndex: int32,
  controllerEpoch: int32,
  leader: int32,
  leaderEpoch: int32,
  isr: array(int32),
  /** Version of the partition's state node in ZooKeeper. */
  partitionEpoch: int32,
  replicas: array(int32),
  addingReplicas: array(int32).since(3).ignorable(),
  removingReplicas: array(int32).since(3).ignorable(),
  isNew: bool.since(1).default(false).ignorable(),
  /** 0: recovered, 1: recovering from an unclean election. */
  leaderRecoveryState: int8.since(6).default(0),
}

const leaderAndIsrPartitionError = {
  topicName: string.until(4).ignorable(),
  partitionIndex: int32,
  errorCode: int16.default(0),
}

/**
 * Makes a broker leader or follower of partitions; sent by the controller in ZooKeeper mode.
 */
export const LeaderAndIsr = api(
  4,
  'LeaderAndIsr',
  { versions: [0, 7], flexible: 4 },
  {
    request: {
      controllerId: int32,
      isKRaftController: bool.since(7).default(false),
      controllerEpoch: int32,
      brokerEpoch: int64.since(2).default(-1).ignorable(),
      /** 0: unknown, 1: incremental, 2: full. */
      type: int8.since(5),
      ungroupedPartitionStates: array(leaderAndIsrPartitionState).until(1),
      topicStates: array({
        topicName: string,
        topicId: uuid.since(5).ignorable(),
        partitionStates: array(leaderAndIsrPartitionState),
      }).since(2),
      liveLeaders: array({ brokerId: int32, hostName: string, port: int32 }),
    },
    response: {
      errorCode: int16.default(0),
      partitionErrors: array(leaderAndIsrPartitionError).until(4),
      topics: array({ topicId: uuid, partitionErrors: array(leaderAndIsrPartitionError) }).since(5),
    },
  },
)
