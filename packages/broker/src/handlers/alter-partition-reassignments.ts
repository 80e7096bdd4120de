// AlterPartitionReassignments (key 45): moves partitions to other brokers, or cancels that (KIP-455).

import { AlterPartitionReassignments } from '@samsa/protocol'
import { clusterResource } from './authorized-operations.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

/** Moves partitions. */
export const alterPartitionReassignments = handle(
  AlterPartitionReassignments,
  async (request, context) => {
    context.authorize('Alter', 'Cluster', clusterResource)
    const keepReplicationFactor = request.allowReplicationFactorChange === false
    const options = { timeoutMs: request.timeoutMs, keepReplicationFactor }
    return {
      allowReplicationFactorChange: !keepReplicationFactor,
      errorMessage: null,
      responses: await Promise.all(
        request.topics.map(async ({ name, partitions }) => ({
          name,
          partitions: await Promise.all(
            partitions.map(({ partitionIndex, replicas }) =>
              settleAsync({ partitionIndex, errorMessage: null }, async () => {
                const partition = { topic: name, partition: partitionIndex }
                await context.controller.reassign(partition, replicas, options)
                return {}
              }),
            ),
          ),
        })),
      ),
    }
  },
  {
    failed: (_request, errorCode, errorMessage) => ({ errorCode, errorMessage, responses: [] }),
  },
)
