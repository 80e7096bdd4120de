// OffsetForLeaderEpoch (key 23): where each leader epoch ended. Followers and consumers ask before they truncate or resume
// (KIP-320).

import { OffsetForLeaderEpoch } from '@samsa/protocol'
import { handle } from './handle.ts'
import { settle } from './settle.ts'

/** Tells the end of epochs. */
export const offsetForLeaderEpoch = handle(
  OffsetForLeaderEpoch,
  async (request, context) => {
    await context.replicas.reconciled()
    return {
      topics: request.topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition, currentLeaderEpoch, leaderEpoch }) =>
          settle({ partition }, () => {
            context.authorize('Describe', 'Topic', topic)
            const hosted = context.replicas.partition(topic, partition)
            hosted.requireLeader(currentLeaderEpoch)
            const { epoch, endOffset } = hosted.log.endOffsetForEpoch(leaderEpoch)
            return { leaderEpoch: epoch, endOffset }
          }),
        ),
      })),
    }
  },
  { versions: [2, 4] },
)
