/**
 * Records of committed offsets in `__consumer_offsets`; the key begins with its type, a null
 * value is a tombstone.
 */

import { int32, int64, message, string, uuid } from '../schema/index.ts'

/** Key of a committed offset. Type 0, the legacy key, has the same fields. */
export const OffsetCommitKey = message(
  'OffsetCommitKey',
  { versions: [0, 0], prefix: 1 },
  { group: string, topic: string, partition: int32 },
)

/** A committed offset. */
export const OffsetCommitValue = message(
  'OffsetCommitValue',
  { versions: [0, 4], flexible: 4, prefix: 'version' },
  {
    offset: int64,
    leaderEpoch: int32.since(3).default(-1).ignorable(),
    metadata: string,
    commitTimestamp: int64,
    /** Only version 1 carries it; others follow the broker's retention. */
    expireTimestamp: int64.since(1).until(1).default(-1).ignorable(),
    topicId: uuid.since(4).tagged(0).ignorable(),
  },
)

/** Key of a committed offset as old brokers wrote it, type 0. */
export const LegacyOffsetCommitKey = message(
  'LegacyOffsetCommitKey',
  { versions: [0, 0], prefix: 0 },
  { group: string, topic: string, partition: int32 },
)

/** Value that old brokers wrote with a key of type 0. */
export const LegacyOffsetCommitValue = message(
  'LegacyOffsetCommitValue',
  { versions: [0, 0], prefix: 'version' },
  { offset: int64, metadata: string, commitTimestamp: int64 },
)
