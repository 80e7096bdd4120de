// WriteTxnMarkers (key 27): transaction coordinators end transactions in the partitions led here, and administrators end
// those that hang (KIP-664). Answered when every marker is committed or has failed. Not for ordinary clients.
//
// - Version 2 carries the transaction version: 2 demands a raised epoch (KIP-1228).

import { errorCode, WriteTxnMarkers } from '@samsa/protocol'
import { topicPartitions } from '../transactions/topic-partitions.ts'
import { handle } from './handle.ts'

/** Writes markers. */
export const writeTxnMarkers = handle(
  WriteTxnMarkers,
  async (request, context) => {
    if (!context.isAuthorized('Alter', 'Cluster', 'kafka-cluster')) {
      context.authorize('ClusterAction', 'Cluster', 'kafka-cluster')
    }
    await context.replicas.reconciled()
    const markers = request.markers.map(async ({ topics, ...marker }) => {
      const written = await context.transactions.writeMarkers({
        ...marker,
        isCommit: marker.transactionResult,
        partitions: topicPartitions(
          topics.map(({ name, partitionIndexes }) => [name, partitionIndexes] as const),
        ),
      })
      const codes = new Map(
        written.map(({ topic, partition, error }) => [
          `${partition}/${topic}`,
          error === undefined ? 0 : errorCode(error),
        ]),
      )
      return {
        producerId: marker.producerId,
        topics: topics.map(({ name, partitionIndexes }) => ({
          name,
          partitions: partitionIndexes.map((partitionIndex) => ({
            partitionIndex,
            errorCode: codes.get(`${partitionIndex}/${name}`) ?? 0,
          })),
        })),
      }
    })
    return { markers: await Promise.all(markers) }
  },
  {
    versions: [1, 2],
    failed: ({ markers }, code) => ({
      markers: markers.map(({ producerId, topics }) => ({
        producerId,
        topics: topics.map(({ name, partitionIndexes }) => ({
          name,
          partitions: partitionIndexes.map((partitionIndex) => ({
            partitionIndex,
            errorCode: code,
          })),
        })),
      })),
    }),
  },
)
