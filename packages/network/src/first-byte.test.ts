// One port, several protocols.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protocolOf } from './first-byte.ts'

test('Kafka, TLS and HTTP are told apart by their first byte.', () => {
  assert.equal(protocolOf(0x00), 'kafka')
  assert.equal(protocolOf(0x16), 'tls')
  for (const method of ['GET', 'POST', 'put', 'OPTIONS']) {
    assert.equal(protocolOf(method.charCodeAt(0)), 'http')
  }
  assert.equal(protocolOf(0xff), 'unknown')
})
