// OffsetForLeaderEpoch (key 23): where each leader epoch ended. Followers and consumers ask before they truncate or resume
// (KIP-320). The controller asks replicas that nobody leads where their logs end, as `comparingLogs`.

import { OffsetForLeaderEpoch, type RequestOf, type ResponseInput } from '@samsa/protocol'
import { comparingLogs } from '../peers/log-ends.ts'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'
import { settle, settleAsync } from './settle.ts'

/** Tells the end of epochs. */
export const offsetForLeaderEpoch = handle(
  OffsetForLeaderEpoch,
  async (request, context) => {
    await context.replicas.reconciled()
    if (request.replicaId === comparingLogs) return { topics: await logEnds(request, context) }
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

type Request = RequestOf<typeof OffsetForLeaderEpoch>
type Answer = ResponseInput<typeof OffsetForLeaderEpoch>

/** The last epoch and the end of replicas without leader. */
function logEnds({ topics }: Request, context: RequestContext): Promise<Answer['topics']> {
  context.authorize('ClusterAction', 'Cluster', 'kafka-cluster')
  return Promise.all(
    topics.map(async ({ topic, partitions }) => ({
      topic,
      partitions: await Promise.all(
        partitions.map(({ partition, currentLeaderEpoch }) =>
          settleAsync({ partition }, async () => {
            const hosted = context.replicas.partition(topic, partition)
            const { epoch, endOffset } = await hosted.logEnd(currentLeaderEpoch)
            return { leaderEpoch: epoch, endOffset }
          }),
        ),
      ),
    })),
  )
}
