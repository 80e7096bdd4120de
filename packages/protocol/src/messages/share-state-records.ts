/** Records of the share coordinator in `__share_group_state`. */

import { array, int16, int32, int64, int8, message, string, uuid } from '../schema/index.ts'

/** Key of a share partition's whole state. */
export const ShareSnapshotKey = message(
  'ShareSnapshotKey',
  { versions: [0, 0], prefix: 0 },
  { groupId: string, topicId: uuid, partition: int32 },
)

/** The whole state of a share partition. */
export const ShareSnapshotValue = message(
  'ShareSnapshotValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    snapshotEpoch: int32,
    stateEpoch: int32,
    leaderEpoch: int32,
    startOffset: int64,
    deliveryCompleteCount: int32.tagged(0).default(-1),
    createTimestamp: int64,
    writeTimestamp: int64,
    stateBatches: array({
      firstOffset: int64,
      lastOffset: int64,
      deliveryState: int8,
      deliveryCount: int16,
    }),
  },
)

/** Key of a change to a share partition's state. */
export const ShareUpdateKey = message(
  'ShareUpdateKey',
  { versions: [0, 0], prefix: 1 },
  { groupId: string, topicId: uuid, partition: int32 },
)

/** What changed in a share partition's state since its snapshot. */
export const ShareUpdateValue = message(
  'ShareUpdateValue',
  { versions: [0, 0], flexible: 0, prefix: 'version' },
  {
    snapshotEpoch: int32,
    leaderEpoch: int32,
    startOffset: int64,
    deliveryCompleteCount: int32.tagged(0).default(-1),
    stateBatches: array({
      firstOffset: int64,
      lastOffset: int64,
      deliveryState: int8,
      deliveryCount: int16,
    }),
  },
)
