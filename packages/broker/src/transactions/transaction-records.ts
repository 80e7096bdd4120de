// Transactional ids as records of __transaction_state. A key is its type (int16, always 0) and the id; a value is its
// version (int16) and a TransactionLogValue of that version. A null value is a tombstone. Version 1 adds, as tagged
// fields, the previous and next producer id and the client's transaction version (KIP-890).

import { KafkaError, TransactionLogKey, TransactionLogValue } from '@samsa/protocol'
import { topicPartitions } from './topic-partitions.ts'
import { NONE, type Transaction } from './transaction.ts'
import { stateOfId, transactionStates } from './transaction-state.ts'

const KEY_TYPE = 0

/** The key of a transactional id. */
export function encodeTransactionKey(transactionalId: string): Buffer {
  return withPrefix(KEY_TYPE, TransactionLogKey.encode(0, { transactionalId }))
}

/** The id a key stands for; undefined for a key of another type, which a newer broker may have written. */
export function decodeTransactionKey(key: Buffer): string | undefined {
  if (key.length < 2 || key.readInt16BE(0) !== KEY_TYPE) return undefined
  return TransactionLogKey.decode(0, key, 2).transactionalId
}

/** The value that stands for a transaction. Version 0 is for clusters on transaction version 0. */
export function encodeTransactionValue(transaction: Transaction, version: 0 | 1): Buffer {
  const { state, partitions } = transaction
  const fields = {
    producerId: transaction.producerId,
    producerEpoch: transaction.producerEpoch,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStatus: transactionStates[state].id,
    transactionPartitions:
      state === 'Empty'
        ? null
        : Array.from(partitions, ([topic, ids]) => ({ topic, partitionIds: [...ids] })),
    transactionLastUpdateTimestampMs: transaction.updatedMs,
    transactionStartTimestampMs: transaction.startMs,
  }
  const tagged = {
    previousProducerId: transaction.previousProducerId,
    nextProducerId: transaction.nextProducerId,
    clientTransactionVersion: transaction.clientVersion,
  }
  const value = version === 0 ? fields : { ...fields, ...tagged }
  return withPrefix(version, TransactionLogValue.encode(version, value))
}

/** Throws ProtocolError for an unknown version, CORRUPT_MESSAGE for an unknown state. */
export function decodeTransactionValue(transactionalId: string, value: Buffer): Transaction {
  const version = value.length >= 2 ? value.readInt16BE(0) : NONE
  const fields = TransactionLogValue.decode(version, value, 2)
  const state = stateOfId(fields.transactionStatus)
  if (state === undefined) {
    const message = `Transactional id ${transactionalId} has the unknown state ${fields.transactionStatus}.`
    throw new KafkaError('CORRUPT_MESSAGE', message)
  }
  return {
    transactionalId,
    producerId: fields.producerId,
    previousProducerId: fields.previousProducerId,
    nextProducerId: fields.nextProducerId,
    producerEpoch: fields.producerEpoch,
    lastProducerEpoch: NONE,
    timeoutMs: fields.transactionTimeoutMs,
    state,
    partitions: topicPartitions(
      (fields.transactionPartitions ?? []).map(
        ({ topic, partitionIds }) => [topic, partitionIds] as const,
      ),
    ),
    startMs: fields.transactionStartTimestampMs,
    updatedMs: fields.transactionLastUpdateTimestampMs,
    clientVersion: fields.clientTransactionVersion,
  }
}

function withPrefix(prefix: number, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(2 + body.length)
  bytes.writeInt16BE(prefix, 0)
  body.copy(bytes, 2)
  return bytes
}
