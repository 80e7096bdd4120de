// Loading: every record of a partition, from the log's start to its end, goes through the state machine again. What
// cannot be read stops the loading, for state with a hole in it would be handed out as the truth.

import { controlTypeOf, KafkaError, type RecordBatch, RecordCursor } from '@samsa/protocol'
import type { CoordinatorPartitions } from '../replicas/coordinator-partitions.ts'
import type { StateMachine } from './state-machine.ts'

/** Replays a partition into `machine`; resolves to the number of records. */
export async function replayPartition(
  partitions: CoordinatorPartitions,
  partition: number,
  machine: StateMachine,
): Promise<number> {
  const cursor = new RecordCursor()
  let recordCount = 0
  await partitions.replay(partition, (batch) => {
    recordCount += replayBatch(batch, cursor, machine)
  })
  return recordCount
}

function replayBatch(batch: RecordBatch, cursor: RecordCursor, machine: StateMachine): number {
  const { isControl, producerId } = batch
  const transactionId = batch.isTransactional ? producerId : -1
  let recordCount = 0
  cursor.open(batch)
  while (cursor.next()) {
    recordCount += 1
    if (cursor.keyLength < 0) continue
    if (!isControl) {
      machine.replay(cursor, transactionId)
      continue
    }
    const type = controlTypeOf(cursor.key())
    if (type === 'commit' || type === 'abort') machine.replayMarker(producerId, type === 'commit')
  }
  if (cursor.fault !== undefined) {
    throw new KafkaError('CORRUPT_MESSAGE', `${cursor.fault.message} (offset ${batch.baseOffset})`)
  }
  return recordCount
}
