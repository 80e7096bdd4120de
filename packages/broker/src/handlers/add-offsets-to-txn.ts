// AddOffsetsToTxn (key 25): the partition that holds a group's offsets becomes part of a producer's transaction, before
// its offsets are committed there. Producers of transaction version 2 leave that to the group's coordinator.

import { AddOffsetsToTxn, KafkaError } from '@samsa/protocol'
import { OFFSETS_TOPIC } from '../transactions/local-markers.ts'
import { topicPartitions } from '../transactions/topic-partitions.ts'
import { forClient } from './fenced-producer.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

/** Adds a group's partition of __consumer_offsets. */
export const addOffsetsToTxn = handle(AddOffsetsToTxn, (request, context) =>
  settleAsync({}, async () => {
    const { transactionalId, groupId } = request
    context.authorize('Write', 'TransactionalId', transactionalId)
    context.authorize('Read', 'Group', groupId)
    const partition = context.groups.partitionFor(groupId)
    const partitions = topicPartitions([[OFFSETS_TOPIC, [partition]]])
    try {
      await context.transactions.addPartitions({ ...request, partitions, clientVersion: 0 })
    } catch (error) {
      throw error instanceof KafkaError ? forClient(error, context.version >= 2) : error
    }
    return {}
  }),
)
