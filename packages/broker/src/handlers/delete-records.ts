// DeleteRecords (key 21): moves the start of a log forward; -1 means up to the high watermark. Streams purge their
// repartition topics with it (KIP-107).

import { DeleteRecords, KafkaError } from '@samsa/protocol'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

const highWatermarkOffset = -1

/** Moves log starts. */
export const deleteRecords = handle(DeleteRecords, async (request, context) => {
  await context.replicas.reconciled()
  const deleteBefore = async (topic: string, index: number, offset: number): Promise<number> => {
    context.authorize('Delete', 'Topic', topic)
    const partition = context.replicas.partition(topic, index)
    partition.requireLeader()
    if (!partition.log.settings['cleanup.policy'].includes('delete')) {
      throw new KafkaError('POLICY_VIOLATION', `The cleanup policy of ${topic} is not delete.`)
    }
    if (offset < highWatermarkOffset)
      throw new KafkaError('OFFSET_OUT_OF_RANGE', `${offset} is no offset.`)
    return partition.deleteRecordsBefore(offset)
  }
  return {
    topics: await Promise.all(
      request.topics.map(async ({ name, partitions }) => ({
        name,
        partitions: await Promise.all(
          partitions.map(({ partitionIndex, offset }) =>
            settleAsync({ partitionIndex, lowWatermark: -1 }, async () => ({
              lowWatermark: await deleteBefore(name, partitionIndex, offset),
            })),
          ),
        ),
      })),
    ),
  }
})
