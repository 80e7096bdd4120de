/** AlterPartition, API key 56. */

import { api, array, int16, int32, int64, int8, string, uuid } from '../schema/index.ts'

/** A leader proposes a new set of in-sync replicas; the controller decides. */
export const AlterPartition = api(
  56,
  'AlterPartition',
  { versions: [0, 3], flexible: 0 },
  {
    request: {
      brokerId: int32,
      /** Fences answers to an earlier life of the broker. */
      brokerEpoch: int64.default(-1),
      topics: array({
        topicName: string.until(1).ignorable(),
        topicId: uuid.since(2).ignorable(),
        partitions: array({
          partitionIndex: int32,
          leaderEpoch: int32,
          newIsr: array(int32).until(2),
          /** Broker epochs let the controller refuse a replica that restarted (KIP-903). */
          newIsrWithEpochs: array({ brokerId: int32, brokerEpoch: int64.default(-1) }).since(3),
          /** 0: recovered, 1: recovering from an unclean election. */
          leaderRecoveryState: int8.since(1).default(0),
          /** The change is refused unless this is the present one. */
          partitionEpoch: int32,
        }),
      }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      topics: array({
        topicName: string.until(1).ignorable(),
        topicId: uuid.since(2).ignorable(),
        partitions: array({
          partitionIndex: int32,
          errorCode: int16.default(0),
          leaderId: int32,
          leaderEpoch: int32,
          isr: array(int32),
          leaderRecoveryState: int8.since(1).default(0).ignorable(),
          partitionEpoch: int32,
        }),
      }),
    },
  },
)
