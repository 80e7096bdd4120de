/** ListOffsets, API key 2. */

import { api, array, int16, int32, int64, int8, string } from '../schema/index.ts'

/**
 * Finds the offset of a timestamp, or of an end of the log; consumers and admin tools ask the
 * leader.
 */
export const ListOffsets = api(
  2,
  'ListOffsets',
  { versions: [0, 11], flexible: 6 },
  {
    request: {
      /**
       * -1: consumer, who sees no offset beyond the high watermark; -2: debugging, who does.
       */
      replicaId: int32,
      /** 1 makes the latest offset the last stable one. */
      isolationLevel: int8.since(2),
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          currentLeaderEpoch: int32.since(4).default(-1).ignorable(),
          /**
           * -1: latest, -2: earliest, -3: largest timestamp (7), -4: earliest local (8), -5:
           * latest tiered (9), -6: earliest to upload (11).
           */
          timestamp: int64,
          maxNumOffsets: int32.until(0).default(1),
        }),
      }),
      /** For look-ups in tiered storage. */
      timeoutMs: int32.since(10).ignorable(),
    },
    response: {
      throttleTimeMs: int32.since(2).default(0).ignorable(),
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          errorCode: int16.default(0),
          /** Version 0 gives the offsets of whole segments. */
          oldStyleOffsets: array(int64).until(0),
          /** Of the record that was found; -1 for the special timestamps, but not for -3. */
          timestamp: int64.since(1).default(-1),
          /** -1: no record has so late a timestamp. */
          offset: int64.since(1).default(-1),
          leaderEpoch: int32.since(4).default(-1),
        }),
      }),
    },
  },
)
