// ElectLeaders (key 43): gives partitions back to their preferred replicas (KIP-183), or elects uncleanly where nobody
// else is left (KIP-460).

import { ElectLeaders, errorCode, KafkaError } from '@samsa/protocol'
import type { ElectionType } from '../controller/controller.ts'
import { clusterResource } from './authorized-operations.ts'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'
import { settleAsync } from './settle.ts'

const electionTypes: Readonly<Record<number, ElectionType>> = { 0: 'preferred', 1: 'unclean' }

/** Elects leaders. */
export const electLeaders = handle(
  ElectLeaders,
  async (request, context) => {
    context.authorize('Alter', 'Cluster', clusterResource)
    const type = electionTypes[request.electionType ?? 0]
    if (type === undefined) {
      throw new KafkaError('INVALID_REQUEST', `Unknown election type ${request.electionType}`)
    }
    const { timeoutMs } = request
    const results = await Promise.all(
      (request.topicPartitions ?? allPartitions(context)).map(async ({ topic, partitions }) => ({
        topic,
        partitionResult: await Promise.all(
          partitions.map((partition) =>
            settleAsync({ partitionId: partition, errorMessage: null }, async () => {
              await context.controller.electLeader({ topic, partition }, type, { timeoutMs })
              return {}
            }),
          ),
        ),
      })),
    )
    if (request.topicPartitions !== null) return { replicaElectionResults: results }
    // Who asks for everything wants to know what happened, not what did not need to.
    const notNeeded = errorCode('ELECTION_NOT_NEEDED')
    return {
      replicaElectionResults: results.flatMap(({ topic, partitionResult }) => {
        const happened = partitionResult.filter((result) => result.errorCode !== notNeeded)
        return happened.length === 0 ? [] : [{ topic, partitionResult: happened }]
      }),
    }
  },
  {
    failed: (request, code, message) => ({
      errorCode: code,
      replicaElectionResults: (request.topicPartitions ?? []).map(({ topic, partitions }) => ({
        topic,
        partitionResult: partitions.map((partitionId) => ({
          partitionId,
          errorCode: code,
          errorMessage: message,
        })),
      })),
    }),
  },
)

function allPartitions({ metadata }: RequestContext): { topic: string; partitions: number[] }[] {
  return [...metadata.topics()].map(({ name, partitions }) => ({
    topic: name,
    partitions: partitions.map(({ partition }) => partition),
  }))
}
