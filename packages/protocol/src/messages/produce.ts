/** Produce, API key 0. */

import { api, array, int16, int32, int64, records, string, struct, uuid } from '../schema/index.ts'

/** ? */
export const Produce = api(
  0,
  'Produce',
  { versions: [0, 13], flexible: 9 },
  {
    request: {
      transactionalId: string.nullable().since(3).default(null),
      acks: int16,
      timeoutMs: int32,
      topicData: array({
        name: string.until(12).ignorable(),
        topicId: uuid.since(13).ignorable(),
        partitionData: array({ index: int32, records: records.nullable() }),
      }),
    },
    response: {
      responses: array({
        name: string.until(12).ignorable(),
        topicId: uuid.since(13).ignorable(),
        partitionResponses: array({
          index: int32,
          errorCode: int16.default(0),
          baseOffset: int64,
          logAppendTimeMs: int64.since(2).default(-1).ignorable(),
          logStartOffset: int64.since(5).default(-1).ignorable(),
          recordErrors: array({
            batchIndex: int32,
            batchIndexErrorMessage: string.nullable().default(null),
          })
            .since(8)
            .ignorable(),
          errorMessage: string.nullable().since(8).default(null).ignorable(),
          currentLeader: struct({ leaderId: int32.default(-1), leaderEpoch: int32.default(-1) })
            .since(10)
            .tagged(0),
        }),
      }),
      throttleTimeMs: int32.since(1).default(0).ignorable(),
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
