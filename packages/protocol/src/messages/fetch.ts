/** Fetch, API key 1. */

import {
  api,
  array,
  int16,
  int32,
  int64,
  int8,
  records,
  string,
  struct,
  uuid,
  wideInt64,
} from '../schema/index.ts'

/** Reads record batches from partitions; consumers send it to read, followers to replicate. */
export const Fetch = api(
  1,
  'Fetch',
  { versions: [0, 18], flexible: 12 },
  {
    request: {
      /** Set by KRaft followers alone. */
      clusterId: string.nullable().since(12).tagged(0).default(null).ignorable(),
      /** Broker id of a follower; -1 for a consumer. From version 15 on in `replicaState`. */
      replicaId: int32.until(14).default(-1),
      /**
       * The follower that asks, with its broker epoch (KIP-903); at its default for consumers.
       */
      replicaState: struct({ replicaId: int32.default(-1), replicaEpoch: int64.default(-1) })
        .since(15)
        .tagged(1),
      maxWaitMs: int32,
      /** The broker waits until so much is there, or `maxWaitMs` have passed. */
      minBytes: int32,
      /** Soft: the first batch is always returned whole, however large. */
      maxBytes: int32.since(3).default(2147483647).ignorable(),
      /** 0: read_uncommitted; 1: read_committed, up to the last stable offset. */
      isolationLevel: int8.since(4).default(0).ignorable(),
      /** 0 for a full fetch that may open a session (KIP-227). */
      sessionId: int32.since(7).default(0).ignorable(),
      /**
       * 0 opens a session, -1 wants none or ends one; otherwise one more each time, past 2^31
       * - 1 from 1 again.
       */
      sessionEpoch: int32.since(7).default(-1).ignorable(),
      /** In a session only the partitions that are new or changed. */
      topics: array({
        topic: string.until(12).ignorable(),
        topicId: uuid.since(13).ignorable(),
        partitions: array({
          partition: int32,
          /** What the client believes; -1 leaves out the fencing check (KIP-320). */
          currentLeaderEpoch: int32.since(9).default(-1).ignorable(),
          fetchOffset: int64,
          /**
           * Epoch of the last record the follower has: lets the leader find a divergence
           * (KIP-595).
           */
          lastFetchedEpoch: int32.since(12).default(-1),
          /** A follower's own log start; -1 from consumers. */
          logStartOffset: int64.since(5).default(-1).ignorable(),
          /** Soft, as `maxBytes` is. */
          partitionMaxBytes: int32,
          replicaDirectoryId: uuid.since(17).tagged(0).ignorable(),
          /**
           * The follower's high watermark; Long.MAX_VALUE means that it does not say, hence wide
           * (KIP-1166).
           */
          highWatermark: wideInt64.since(18).tagged(1).default(9223372036854775807n).ignorable(),
        }),
      }),
      /** Partitions that leave the session. */
      forgottenTopicsData: array({
        topic: string.until(12).ignorable(),
        topicId: uuid.since(13).ignorable(),
        partitions: array(int32),
      }).since(7),
      rackId: string.since(11).default('').ignorable(),
    },
    response: {
      throttleTimeMs: int32.since(1).default(0).ignorable(),
      /** Of the whole session; partitions have their own. */
      errorCode: int16.since(7).default(0).ignorable(),
      /** 0: no session was opened. */
      sessionId: int32.since(7).default(0),
      /** In a session only the partitions with news. */
      responses: array({
        topic: string.until(12).ignorable(),
        topicId: uuid.since(13).ignorable(),
        partitions: array({
          partitionIndex: int32,
          errorCode: int16.default(0),
          highWatermark: int64,
          /**
           * First offset of the earliest open transaction, or the high watermark; -1 where there
           * is none.
           */
          lastStableOffset: int64.since(4).default(-1).ignorable(),
          logStartOffset: int64.since(5).default(-1).ignorable(),
          /**
           * The largest epoch at or below the follower's, and its end: where the follower must
           * truncate. Then there are no records.
           */
          divergingEpoch: struct({ epoch: int32.default(-1), endOffset: int64.default(-1) })
            .since(12)
            .tagged(0),
          /** With NOT_LEADER_OR_FOLLOWER and FENCED_LEADER_EPOCH. */
          currentLeader: struct({ leaderId: int32.default(-1), leaderEpoch: int32.default(-1) })
            .since(12)
            .tagged(1),
          /** KRaft: the follower must load this snapshot instead. */
          snapshotId: struct({ endOffset: int64.default(-1), epoch: int32.default(-1) })
            .since(12)
            .tagged(2),
          /**
           * For read_committed: whose records to skip, from which offset on. Null where nothing
           * was aborted.
           */
          abortedTransactions: array({ producerId: int64, firstOffset: int64 })
            .nullable()
            .since(4)
            .ignorable(),
          /**
           * Read from this replica instead (KIP-392); then there are no records. -1: stay here.
           */
          preferredReadReplica: int32.since(11).default(-1),
          /**
           * Whole batches, of which the first may begin before the fetch offset and the last may
           * be cut.
           */
          records: records.nullable(),
        }),
      }),
      nodeEndpoints: array({
        nodeId: int32,
        host: string,
        port: int32,
        rack: string.nullable().default(null),
      })
        .since(16)
        .tagged(0),
    },
  },
)
