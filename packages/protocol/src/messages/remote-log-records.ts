/** Records of `__remote_log_metadata`: the segments in tiered storage (KIP-405). */

import {
  array,
  bool,
  bytes,
  int32,
  int64,
  int8,
  message,
  string,
  struct,
  uuid,
} from '../schema/index.ts'

/** A segment whose copying to tiered storage began. */
export const RemoteLogSegmentMetadataRecord = message(
  'RemoteLogSegmentMetadataRecord',
  { versions: [0, 0], flexible: 0, recordType: 0 },
  {
    remoteLogSegmentId: struct({
      topicIdPartition: struct({ name: string, id: uuid, partition: int32 }),
      id: uuid,
    }),
    startOffset: int64,
    endOffset: int64,
    brokerId: int32,
    maxTimestampMs: int64,
    eventTimestampMs: int64,
    segmentLeaderEpochs: array({ leaderEpoch: int32, offset: int64 }),
    segmentSizeInBytes: int32,
    customMetadata: bytes.nullable().default(null),
    remoteLogSegmentState: int8,
    txnIndexEmpty: bool.tagged(0),
  },
)

/** A change of a remote segment's state. */
export const RemoteLogSegmentMetadataUpdateRecord = message(
  'RemoteLogSegmentMetadataUpdateRecord',
  { versions: [0, 0], flexible: 0, recordType: 1 },
  {
    remoteLogSegmentId: struct({
      topicIdPartition: struct({ name: string, id: uuid, partition: int32 }),
      id: uuid,
    }),
    brokerId: int32,
    eventTimestampMs: int64,
    customMetadata: bytes.nullable().default(null),
    remoteLogSegmentState: int8,
  },
)

/** A remote segment in a broker's own snapshot file. */
export const RemoteLogSegmentMetadataSnapshotRecord = message(
  'RemoteLogSegmentMetadataSnapshotRecord',
  { versions: [0, 0], flexible: 0, recordType: 3 },
  {
    segmentId: uuid,
    startOffset: int64,
    endOffset: int64,
    brokerId: int32,
    maxTimestampMs: int64,
    eventTimestampMs: int64,
    segmentLeaderEpochs: array({ leaderEpoch: int32, offset: int64 }),
    segmentSizeInBytes: int32,
    customMetadata: bytes.nullable().default(null),
    remoteLogSegmentState: int8,
    txnIndexEmpty: bool.tagged(0),
  },
)

/** A change of state of a partition that is being deleted from tiered storage. */
export const RemotePartitionDeleteMetadataRecord = message(
  'RemotePartitionDeleteMetadataRecord',
  { versions: [0, 0], flexible: 0, recordType: 2 },
  {
    topicIdPartition: struct({ name: string, id: uuid, partition: int32 }),
    brokerId: int32,
    eventTimestampMs: int64,
    remotePartitionDeleteState: int8,
  },
)
