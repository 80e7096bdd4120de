// DescribeProducers (key 61): who has written to a partition lately, and whose transaction is open (KIP-664).

import { DescribeProducers } from '@samsa/protocol'
import { handle } from './handle.ts'
import { settle } from './settle.ts'

/** Lists producer states. */
export const describeProducers = handle(DescribeProducers, async (request, context) => {
  await context.replicas.reconciled()
  return {
    topics: request.topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) =>
        settle({ partitionIndex, errorMessage: null, activeProducers: [] }, () => {
          context.authorize('Read', 'Topic', name)
          const partition = context.replicas.partition(name, partitionIndex)
          partition.requireLeader()
          const activeProducers = partition.log.producers().map((producer) => ({
            producerId: producer.producerId,
            producerEpoch: producer.producerEpoch,
            lastSequence: producer.lastSequence,
            lastTimestamp: producer.lastTimestamp,
            coordinatorEpoch: producer.coordinatorEpoch,
            currentTxnStartOffset: producer.currentTransactionStartOffset,
          }))
          return { activeProducers }
        }),
      ),
    })),
  }
})
