/** ? */

import { int32, int64, message, string, uuid } from '../schema/index.ts'

/** ? */
export const OffsetCommitKey = message(
  'OffsetCommitKey',
  { versions: [0, 0], prefix: 1 },
  { group: string, topic: string, partition: int32 },
)

/** ? */
export const OffsetCommitValue = message(
  'OffsetCommitValue',
  { versions: [0, 4], flexible: 4, prefix: 'version' },
  {
    offset: int64,
    leaderEpoch: int32.since(3).default(-1).ignorable(),
    metadata: string,
    commitTimestamp: int64,
    expireTimestamp: int64.since(1).until(1).default(-1).ignorable(),
    topicId: uuid.since(4).tagged(0).ignorable(),
  },
)

/** ? */
export const LegacyOffsetCommitKey = message(
  'LegacyOffsetCommitKey',
  { versions: [0, 0], prefix: 0 },
  { group: string, topic: string, partition: int32 },
)

/** ? */
export const LegacyOffsetCommitValue = message(
  'LegacyOffsetCommitValue',
  { versions: [0, 0], prefix: 'version' },
  { offset: int64, metadata: string, commitTimestamp: int64 },
)
