/** Produce, API key 0. */

import { api, array, int16, int32, int64, records, string, struct, uuid } from '../schema/index.ts'

/** Appends record batches to partitions; producers send it to each partition's leader. */
export const Produce = api(
  0,
  'Produce',
  { versions: [0, 13], flexible: 9 },
  {
    request: {
      transactionalId: string.nullable().since(3).default(null),
      /**
       * 0: no response at all; 1: written by the leader; -1: written by all in-sync replicas.
       */
      acks: int16,
      /** How long the leader may wait for the other replicas. */
      timeoutMs: int32,
      topicData: array({
        name: string.until(12).ignorable(),
        topicId: uuid.since(13).ignorable(),
        partitionData: array({
          index: int32,
          /**
           * One batch of magic 2 from version 3 on; before that a message set of magic 0 or 1.
           */
          records: records.nullable(),
        }),
      }),
    },
    response: {
      responses: array({
        name: string.until(12).ignorable(),
        topicId: uuid.since(13).ignorable(),
        partitionResponses: array({
          index: int32,
          errorCode: int16.default(0),
          /**
           * Of the first record; of the first attempt where the batch was a duplicate; -1 with
           * an error.
           */
          baseOffset: int64,
          /** Only for topics with LogAppendTime; -1 otherwise. */
          logAppendTimeMs: int64.since(2).default(-1).ignorable(),
          logStartOffset: int64.since(5).default(-1).ignorable(),
          /** The records for which the whole batch was refused (KIP-467). */
          recordErrors: array({
            batchIndex: int32,
            batchIndexErrorMessage: string.nullable().default(null),
          })
            .since(8)
            .ignorable(),
          errorMessage: string.nullable().since(8).default(null).ignorable(),
          /** With NOT_LEADER_OR_FOLLOWER and FENCED_LEADER_EPOCH (KIP-951). */
          currentLeader: struct({ leaderId: int32.default(-1), leaderEpoch: int32.default(-1) })
            .since(10)
            .tagged(0),
        }),
      }),
      throttleTimeMs: int32.since(1).default(0).ignorable(),
      /** Addresses of the leaders named in `currentLeader`. */
      nodeEndpoints: array({
        nodeId: int32,
        host: string,
        port: int32,
        rack: string.nullable().default(null),
      })
        .since(10)
        .tagged(0),
    },
  },
)
