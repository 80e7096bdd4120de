// The hand-written header reader against the schema, and against nonsense.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fetch, ProtocolError, RequestHeader } from '@samsa/protocol'
import { apiKeyOf, apiVersionOf, isRequestHead, readRequestHead } from './request-head.ts'

const header = { requestApiKey: Fetch.key, requestApiVersion: 12, correlationId: 77 }

test('The header read by hand is the one the schema writes.', () => {
  for (const clientId of [null, '', 'client-1', 'Größe']) {
    for (const version of [1, 2]) {
      const bytes = RequestHeader.encode(version, { ...header, clientId })
      assert.equal(apiKeyOf(bytes), 1)
      assert.equal(apiVersionOf(bytes), 12)
      assert.deepEqual(readRequestHead(bytes, version === 2), {
        correlationId: 77,
        clientId,
        end: bytes.length,
      })
    }
  }
})

test('Tagged fields are skipped, whatever they hold.', () => {
  const plain = RequestHeader.encode(2, { ...header, clientId: 'c' })
  const tags = Buffer.from([2, 0, 3, 1, 2, 3, 0x81, 0x01, 1, 9])
  const bytes = Buffer.concat([plain.subarray(0, -1), tags])
  assert.equal(readRequestHead(bytes, true).end, bytes.length)
})

test('Any cut or mutilated header is an error, never a crash.', () => {
  const bytes = RequestHeader.encode(2, { ...header, clientId: 'client' })
  for (let length = 8; length < bytes.length; length++) {
    const cut = bytes.subarray(0, length)
    assert.ok(isRequestHead(cut))
    assert.throws(() => readRequestHead(cut, true), ProtocolError)
  }
  assert.equal(isRequestHead(bytes.subarray(0, 7)), false)
  let seed = 1
  for (let i = 0; i < 20_000; i++) {
    const mutated = Buffer.from(bytes)
    for (let j = 0; j < 3; j++) {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
      mutated[8 + ((seed >>> 8) % (bytes.length - 8))] = seed >>> 24
    }
    try {
      const { end } = readRequestHead(mutated, true)
      assert.ok(end <= mutated.length)
    } catch (error) {
      assert.ok(error instanceof ProtocolError)
    }
  }
})
