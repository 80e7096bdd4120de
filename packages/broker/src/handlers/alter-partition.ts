// AlterPartition (key 56): the leader of partitions proposes other in-sync sets, and the controller decides (KIP-497).
// Brokers ask this of each other.
//
// - Version 2 names topics by id, 3 carries the brokers' epochs (KIP-903).

import { AlterPartition, errorCode } from '@samsa/protocol'
import type { IsrChange } from '../controller/controller.ts'
import { handle } from './handle.ts'

/** Changes in-sync sets. */
export const alterPartition = handle(
  AlterPartition,
  async (request, context) => {
    context.authorize('ClusterAction', 'Cluster', 'kafka-cluster')
    const leader = { brokerId: request.brokerId, brokerEpoch: request.brokerEpoch }
    const changes = request.topics.flatMap(({ topicId, partitions }) =>
      partitions.map(
        ({ partitionIndex, leaderEpoch, partitionEpoch, newIsrWithEpochs }): IsrChange => ({
          topicId,
          partition: partitionIndex,
          leaderEpoch,
          partitionEpoch,
          isr: newIsrWithEpochs,
        }),
      ),
    )
    const results = await context.controller.alterPartition(leader, changes)
    let next = 0
    return {
      topics: request.topics.map(({ topicId, partitions }) => {
        const images = context.metadata.topicById(topicId)?.partitions
        return {
          topicId,
          partitions: partitions.map(({ partitionIndex }) => {
            const error = results[next++]?.error
            const image = images?.[partitionIndex]
            return {
              partitionIndex,
              errorCode: error === undefined ? 0 : errorCode(error),
              leaderId: image?.leader ?? -1,
              leaderEpoch: image?.leaderEpoch ?? -1,
              isr: image?.isr ?? [],
              partitionEpoch: image?.partitionEpoch ?? -1,
            }
          }),
        }
      }),
    }
  },
  { versions: [3, 3], failed: (_request, code) => ({ errorCode: code, topics: [] }) },
)
