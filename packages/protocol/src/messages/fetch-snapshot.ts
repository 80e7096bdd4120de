/** FetchSnapshot, API key 59. */

import {
  api,
  array,
  int16,
  int32,
  int64,
  records,
  string,
  struct,
  uint16,
  uuid,
} from '../schema/index.ts'

/** Reads a part of a metadata snapshot; KRaft followers send it to the leader. */
export const FetchSnapshot = api(
  59,
  'FetchSnapshot',
  { versions: [0, 1], flexible: 0 },
  {
    request: {
      clusterId: string.nullable().tagged(0).default(null),
      replicaId: int32.default(-1),
      maxBytes: int32.default(2147483647),
      topics: array({
        name: string,
        partitions: array({
          partition: int32,
          currentLeaderEpoch: int32,
          snapshotId: struct({ endOffset: int64, epoch: int32 }),
          position: int64,
          replicaDirectoryId: uuid.since(1).tagged(0).ignorable(),
        }),
      }),
    },
    response: {
      throttleTimeMs: int32.default(0).ignorable(),
      errorCode: int16.default(0),
      topics: array({
        name: string,
        partitions: array({
          index: int32,
          errorCode: int16.default(0),
          snapshotId: struct({ endOffset: int64, epoch: int32 }),
          currentLeader: struct({ leaderId: int32, leaderEpoch: int32 }).tagged(0),
          size: int64,
          position: int64,
          unalignedRecords: records,
        }),
      }),
      nodeEndpoints: array({ nodeId: int32, host: string, port: uint16 }).since(1).tagged(0),
    },
  },
)
