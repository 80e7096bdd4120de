// ListPartitionReassignments (key 46): the moves that are under way (KIP-455).

import { ListPartitionReassignments } from '@samsa/protocol'
import { isMoving } from '../controller/reassignment.ts'
import type { TopicImage } from '../metadata/metadata-view.ts'
import { clusterResource } from './authorized-operations.ts'
import { handle } from './handle.ts'

/** Lists moves. */
export const listPartitionReassignments = handle(
  ListPartitionReassignments,
  (request, context) => {
    context.authorize('Describe', 'Cluster', clusterResource)
    const { metadata } = context
    const asked =
      request.topics === null
        ? [...metadata.topics()].map((topic) => movesOf(topic))
        : request.topics.flatMap(({ name, partitionIndexes }) => {
            const topic = metadata.topic(name)
            return topic === undefined ? [] : [movesOf(topic, new Set(partitionIndexes))]
          })
    return { errorMessage: null, topics: asked.filter(({ partitions }) => partitions.length > 0) }
  },
  {
    failed: (_request, errorCode, errorMessage) => ({ errorCode, errorMessage, topics: [] }),
  },
)

function movesOf({ name, partitions }: TopicImage, asked?: ReadonlySet<number>) {
  return {
    name,
    partitions: partitions
      .filter((image) => isMoving(image) && asked?.has(image.partition) !== false)
      .map(({ partition, replicas, adding, removing }) => ({
        partitionIndex: partition,
        replicas,
        addingReplicas: adding,
        removingReplicas: removing,
      })),
  }
}
