// Records of __transaction_state in one line each, for transcripts.

import { BatchWalk, readRecords } from '@samsa/protocol'
import { decodeTransactionKey, decodeTransactionValue } from '../transaction-records.ts'

/** The records of one batch. */
export function describeTransactionRecords(bytes: Buffer): string[] {
  const walk = new BatchWalk(bytes)
  walk.next()
  return readRecords(walk.batch).records.map(({ key, value }) => {
    const transactionalId = decodeTransactionKey(key ?? Buffer.alloc(0)) ?? 'unknown'
    if (value === null) return `${transactionalId} gone`
    const transaction = decodeTransactionValue(transactionalId, value)
    const { state, producerId, producerEpoch, nextProducerId } = transaction
    const next = nextProducerId === -1 ? '' : ` then ${nextProducerId}/0`
    const places = Array.from(
      transaction.partitions,
      ([topic, ids]) => `${topic}/${[...ids].join(',')}`,
    )
    const partitions = places.length === 0 ? '' : ` [${places.join(' ')}]`
    return `${transactionalId} ${state} ${producerId}/${producerEpoch}${next}${partitions}`
  })
}
