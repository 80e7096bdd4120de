/** UpdateMetadata, API key 6. */

import { api, array, bool, int16, int32, int64, int8, string, uuid } from '../schema/index.ts'

const updateMetadataPartitionState = {
  topicName: string.until(4).ignorable(),
  partitionIndex: int32,
  controllerEpoch: int32,
  leader: int32,
  leaderEpoch: int32,
  isr: array(int32),
  zkVersion: int32,
  replicas: array(int32),
  offlineReplicas: array(int32).since(4).ignorable(),
}

/**
 * Tells a broker what the cluster looks like, for its Metadata answers; sent by the controller
 * in ZooKeeper mode.
 */
export const UpdateMetadata = api(
  6,
  'UpdateMetadata',
  { versions: [0, 8], flexible: 6 },
  {
    request: {
      controllerId: int32,
      isKRaftController: bool.since(8).default(false),
      type: int8.since(8).tagged(0).default(0),
      controllerEpoch: int32,
      brokerEpoch: int64.since(5).default(-1).ignorable(),
      ungroupedPartitionStates: array(updateMetadataPartitionState).until(4),
      topicStates: array({
        topicName: string,
        topicId: uuid.since(7).ignorable(),
        partitionStates: array(updateMetadataPartitionState),
      }).since(5),
      liveBrokers: array({
        id: int32,
        /** The first version knew one plaintext listener only. */
        v0Host: string.until(0).ignorable(),
        v0Port: int32.until(0).ignorable(),
        endpoints: array({
          port: int32,
          host: string,
          listener: string.since(3).ignorable(),
          securityProtocol: int16,
        })
          .since(1)
          .ignorable(),
        rack: string.nullable().since(2).ignorable(),
      }),
    },
    response: {
      errorCode: int16.default(0),
    },
  },
)
