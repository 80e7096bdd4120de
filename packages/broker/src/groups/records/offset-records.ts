// Committed offsets as records of __consumer_offsets: key types 0 and 1 (they mean the same), values of version 0 to 4.

import { OffsetCommitKey, OffsetCommitValue, ZERO_UUID } from '@samsa/protocol'
import type { CommittedOffset, OffsetKey } from '../offsets/offset-store.ts'
import {
  decodeKey,
  decodeValue,
  encodeKey,
  encodeValue,
  type EncodedRecord,
} from './record-codec.ts'

/** Key types of offset commits: before and since Kafka 0.9. */
export const LEGACY_OFFSET_COMMIT = 0
export const OFFSET_COMMIT = 1

/** Only version 1 has an expiry of its own; version 4 is the first with the topic's id. */
const WITH_EXPIRY = 1
const CURRENT = 4

/** The record of an offset, or its tombstone. */
export function offsetRecord(
  { groupId, topic, partition }: OffsetKey,
  committed: CommittedOffset | undefined,
): EncodedRecord {
  const key = encodeKey(OFFSET_COMMIT, OffsetCommitKey, { group: groupId, topic, partition })
  if (committed === undefined) return { key, value: null }
  const { offset, metadata, commitTimestampMs: commitTimestamp } = committed
  if (committed.expireTimestampMs !== -1) {
    const fields = {
      offset,
      metadata,
      commitTimestamp,
      expireTimestamp: committed.expireTimestampMs,
    }
    return { key, value: encodeValue(WITH_EXPIRY, OffsetCommitValue, fields) }
  }
  const { leaderEpoch, topicId = ZERO_UUID } = committed
  const fields = { offset, leaderEpoch, metadata, commitTimestamp, topicId }
  return { key, value: encodeValue(CURRENT, OffsetCommitValue, fields) }
}

export function decodeOffsetKey(key: Buffer): OffsetKey {
  const { group, topic, partition } = decodeKey(OffsetCommitKey, key)
  return { groupId: group, topic, partition }
}

/** `order` is the record's place in the log. */
export function decodeOffsetValue(value: Buffer, order: number): CommittedOffset {
  const fields = decodeValue(OffsetCommitValue, value)
  return {
    offset: fields.offset,
    leaderEpoch: fields.leaderEpoch,
    metadata: fields.metadata,
    commitTimestampMs: fields.commitTimestamp,
    expireTimestampMs: fields.expireTimestamp,
    topicId: fields.topicId === ZERO_UUID ? undefined : fields.topicId,
    order,
  }
}
