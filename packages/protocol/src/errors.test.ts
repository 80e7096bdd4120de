// Clients switch on an error's name, retry where it says so, and survive codes of a later Kafka.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCode, errorName, KafkaError } from './errors.ts'

test('an error has the code and the sentence of the table', () => {
  const error = new KafkaError('NOT_LEADER_OR_FOLLOWER')
  assert.equal(error.name, 'NOT_LEADER_OR_FOLLOWER')
  assert.equal(error.code, 6)
  assert.equal(error.retriable, true)
  assert.match(error.message, /leader/)
  assert.equal(new KafkaError('INVALID_REQUEST').retriable, false)
})

test('an error of the wire keeps what the broker said', () => {
  assert.equal(KafkaError.of(37, 'Topic has 3 partitions.').message, 'Topic has 3 partitions.')
  assert.equal(KafkaError.of(37, null).name, 'INVALID_PARTITIONS')
  const cause = new Error('disk')
  assert.equal(new KafkaError('KAFKA_STORAGE_ERROR', undefined, { cause }).cause, cause)
})

test('codes and names are each other’s inverse, and unknown codes are a server error', () => {
  for (let code = -1; code <= 136; code++) assert.equal(errorCode(errorName(code)), code)
  assert.equal(errorName(9999), 'UNKNOWN_SERVER_ERROR')
})
